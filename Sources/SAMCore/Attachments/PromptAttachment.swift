// SPDX-License-Identifier: Apache-2.0

/// Something that is sent along with a prompt: a file with its content, or a link.
///
/// In JSON: `{"name":"shot.png","type":"image/png","data":"iVBORw0…"}` or `{"name":"spec","uri":"https://example.org/spec"}`.
public struct PromptAttachment: Codable, Hashable, Sendable {
  /// What people and agents call it; a file's name, without its folder.
  public var name: String
  /// The media type (RFC 6838); nil = not known.
  public var type: String?
  /// The content; nil = ``uri`` says where it is.
  public var data: Base64?
  /// Where it is, or where the content comes from.
  public var uri: String?

  /// - Parameters: as the properties of the same names.
  public init(name: String, type: String? = nil, data: Base64? = nil, uri: String? = nil) {
    self.name = name
    self.type = type
    self.data = data
    self.uri = uri
  }
}

extension PromptAttachment {
  /// The most bytes that one may have: what models take as one image.
  public static let limit = 5 << 20
  /// The most bytes that those of one prompt may have together: with its text it has to fit into one frame of the machine's
  /// link, whatever has to be escaped in it.
  public static let totalLimit = 6 << 20
  /// How many there may be with one prompt.
  public static let countLimit = 16

  /// Checks what is sent along with a prompt.
  /// - Throws: ``Rejection`` with `invalid` that names the attachment, the limit and what to do.
  package static func check(_ attachments: [PromptAttachment]) throws {
    guard attachments.count <= countLimit else {
      throw Rejection(
        .invalid,
        "a prompt carries at most \(countLimit) attachments, these are \(attachments.count); send the others "
          + "with another prompt, or put them into the repository")
    }
    for attachment in attachments { try attachment.check() }
    let total = attachments.reduce(0) { $0 + ($1.data?.count ?? 0) }
    guard total <= totalLimit else {
      throw Rejection(
        .invalid,
        "a prompt carries at most \(totalLimit >> 20) MiB of attachments, these have \(total) bytes together; "
          + "send some with another prompt, make them smaller, or put them into the repository")
    }
  }

  private func check() throws {
    let shown = "attachment '\(name.prefix(100))'"
    guard isName else {
      throw Rejection(
        .invalid, "\(shown) needs a name of 1 to 255 bytes without '/' and control characters, which is not '.' or '..'"
      )
    }
    guard type.map(Self.isMediaType) ?? true else {
      throw Rejection(.invalid, "\(shown) has no media type such as 'image/png'; correct it, or leave it out")
    }
    guard uri.map(Self.isAddress) ?? true else {
      throw Rejection(
        .invalid, "\(shown) has no absolute URI of at most 4096 bytes, such as 'https://example.org/a'; correct it")
    }
    guard let data else {
      guard uri != nil else {
        throw Rejection(.invalid, "\(shown) has neither 'data' nor 'uri'; send the content in Base64, or where it is")
      }
      return
    }
    guard (1...Self.limit).contains(data.count) else {
      throw Rejection(
        .invalid,
        data.count == 0
          ? "\(shown) is empty; leave it out"
          : "\(shown) has \(data.count) bytes, and at most \(Self.limit >> 20) MiB can be sent along; make it smaller, or "
            + "put it into the repository")
    }
  }

  private var isName: Bool {
    (1...255).contains(name.utf8.count) && name != "." && name != ".."
      && name.unicodeScalars.allSatisfy { $0 != "/" && $0.properties.generalCategory != .control }
  }

  private static func isMediaType(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && text.utf8.count <= 127
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } }
  }

  /// Whether a text begins with a scheme and has nothing in it that a URI has not (RFC 3986).
  private static func isAddress(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":"), text.first?.isLetter == true, text.utf8.count <= 4096 else {
      return false
    }
    return text[..<colon].utf8.allSatisfy { isLetterOrDigit($0) || "+-.".utf8.contains($0) }
      && text.unicodeScalars.allSatisfy { $0 != " " && $0.properties.generalCategory != .control }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
