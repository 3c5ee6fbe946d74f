// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP

/// What came with a prompt, as the demo agent tells it: so that somebody can see that every byte arrived.
struct DemoAttachments {
  let turn: DemoTurn

  /// A line for each: kind, name or address, media type, size and digest.
  func lines() async throws -> [String] {
    var lines: [String] = []
    for block in turn.attachments { lines.append(try await line(block)) }
    return lines.isEmpty ? ["I got no attachment."] : lines
  }

  private func line(_ block: ACP.ContentBlock) async throws -> String {
    switch block {
    case .image(let image):
      return Self.line("image", image.uri ?? "-", image.mimeType, Data(base64Encoded: image.data))
    case .resource(let embedded):
      let resource = embedded.resource
      let bytes = resource.text.map { Data($0.utf8) } ?? resource.blob.flatMap { Data(base64Encoded: $0) }
      return Self.line(resource.text == nil ? "blob" : "text", resource.uri, resource.mimeType, bytes)
    case .resourceLink(let link):
      let path = URL(string: link.uri).flatMap { $0.isFileURL ? $0.path : nil }
      var bytes = path.flatMap { FileManager.default.contents(atPath: $0) }
      // What is text an agent may also read through its client, which has to let it.
      if let path, link.mimeType?.hasPrefix("text/") == true {
        bytes = try await turn.text(at: path).map { Data($0.utf8) }
      }
      return Self.line(path == nil ? "link" : "file", path == nil ? link.uri : link.name, link.mimeType, bytes)
    case .text, .audio, .other: return "I cannot take this attachment."
    }
  }

  private static func line(_ kind: String, _ name: String, _ type: String?, _ bytes: Data?) -> String {
    let content = bytes.map { "\($0.count) bytes \(DemoDigest.of($0))" } ?? "without content"
    return "I got \(kind) \(name) \(type ?? "-") \(content)."
  }
}

/// A digest by which people recognise content: it is no proof of anything.
enum DemoDigest {
  /// FNV-1a over 64 bits, in hexadecimal.
  static func of(_ bytes: Data) -> String {
    let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    return String(hash, radix: 16)
  }
}
