// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP
internal import SAMAPI
internal import SAMCore

/// What an editor's person says: the text of a prompt, and what is sent along with it.
struct EditorPrompt: Equatable {
  /// The words.
  private(set) var text = ""
  /// Pictures and files.
  private(set) var attachments: [PromptAttachment] = []

  /// Texts as they are; a link as its address; a picture or a file as an attachment, named in the text by its place.
  ///
  /// - Parameters:
  ///   - blocks: the parts of the prompt.
  ///   - folder: the editor's folder: a path beneath it is said relative to it, for the agent works in another clone.
  init(_ blocks: [ACP.ContentBlock], in folder: String) {
    for block in blocks {
      switch block {
      case .text(let words): text += words.text
      case .resourceLink(let link): text += Self.place(link.uri, in: folder)
      case .resource(let embedded): add(embedded.resource, Self.place(embedded.resource.uri, in: folder))
      case .image(let image): add(image, in: folder)
      case .audio: text += "[a sound, which cannot be passed on]"
      case .other: text += "[content of an unknown kind]"
      }
    }
    // A picture may say it all to the person; a prompt needs words.
    if !text.contains(where: { !$0.isWhitespace }), !attachments.isEmpty { text = "Look at what comes with this." }
  }

  private mutating func add(_ resource: ACP.ResourceContents, _ place: String) {
    text += place
    guard let data = resource.text.map({ Base64($0.utf8) }) ?? resource.blob.flatMap(Base64.init(encoded:)),
      data.count > 0
    else { return }
    // What is in the person's checkout is named as in the agent's; nobody else has the rest of the path.
    let isInside = place != resource.uri
    let uri = isInside ? URL(string: "attachment:///")?.appendingPathComponent(place) : URL(string: resource.uri)
    attachments.append(
      PromptAttachment(
        name: Self.name(of: place) ?? "file", type: resource.mimeType.flatMap { $0.isEmpty ? nil : $0 }, data: data,
        uri: uri?.scheme == nil ? nil : uri?.absoluteString))
  }

  private mutating func add(_ image: ACP.ImageContent, in folder: String) {
    let place = image.uri.map { Self.place($0, in: folder) }
    let ending = image.mimeType.split(separator: "/").last ?? "image"
    attachments.append(
      PromptAttachment(
        name: place.flatMap(Self.name) ?? "picture-\(attachments.count + 1).\(ending)", type: image.mimeType,
        data: Base64(encoded: image.data)))
  }

  private static func place(_ uri: String, in folder: String) -> String {
    let start = "file://\(folder)/"
    guard uri.hasPrefix(start) else { return uri }
    let path = String(uri.dropFirst(start.count))
    return path.removingPercentEncoding ?? path
  }

  private static func name(of place: String) -> String? {
    place.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map(String.init)
  }
}

extension EditorPrompt {
  /// What samd gets.
  var body: SendPromptBody { SendPromptBody(text: text, attachments: attachments.isEmpty ? nil : attachments) }
}
