// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMCore

/// A prompt as ACP's content blocks: its texts, then what came with it, in the form that the agent takes.
enum PromptBlocks {
  /// Makes the blocks, and the files that they link to.
  /// - Parameters:
  ///   - texts: what is said, in order.
  ///   - attachments: what came with it.
  ///   - folder: where the files of this prompt go; made when there is one.
  /// - Throws: ``RuntimeError`` with `attachment_unusable` when a file cannot be written.
  static func make(
    _ texts: [String], _ attachments: [HandedAttachment], folder: String
  ) throws -> [ACP.ContentBlock] {
    var blocks = texts.map { ACP.ContentBlock.text(.init(text: $0)) }
    for (index, attachment) in attachments.enumerated() {
      let content = attachment.content
      guard let data = content.data else {
        blocks.append(.resourceLink(.init(name: content.name, uri: content.uri ?? "", mimeType: content.type)))
        continue
      }
      switch attachment.form {
      case .image:
        blocks.append(.image(.init(data: data.text, mimeType: content.type ?? "", uri: content.uri)))
      case .text:
        blocks.append(
          .resource(
            .init(
              resource: .init(
                uri: content.uri ?? address(content.name), text: String(decoding: data.bytes, as: UTF8.self),
                mimeType: content.type))))
      case .file, .link:
        // Two may have the same name.
        let file = try write(data.bytes, to: "\(folder)/\(index + 1)", named: content.name)
        blocks.append(
          .resourceLink(
            .init(name: content.name, uri: file.absoluteString, mimeType: content.type, size: Int64(data.count))))
      }
    }
    return blocks
  }

  /// The address of a file that is nowhere but in the prompt.
  private static func address(_ name: String) -> String {
    "attachment:///\(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", ".", "_"])) ?? "")"
  }

  private static func write(_ bytes: [UInt8], to folder: String, named name: String) throws -> URL {
    let file = URL(fileURLWithPath: folder, isDirectory: true).appendingPathComponent(name)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try Data(bytes).write(to: file, options: .atomic)
    } catch {
      throw RuntimeError(
        .attachment, "The attachment '\(name)' could not be written for the agent; check the disk, then say it again.",
        evidence: "\(error)")
    }
    return file
  }
}

extension RuntimeError.Code {
  /// What was sent along with a prompt cannot be given to the agent.
  public static let attachment = RuntimeError.Code(rawValue: "attachment_unusable")
}
