// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMACP

/// What an editor's person says, as the one text that a prompt is in SAM.
enum EditorPrompt {
  /// Texts as they are; a link as its address, in the form of the checkout; an embedded text in a fence.
  ///
  /// - Parameters:
  ///   - blocks: the parts of the prompt.
  ///   - folder: the editor's folder: a path beneath it is said relative to it, for the agent works in another clone.
  static func text(_ blocks: [ACP.ContentBlock], in folder: String) -> String {
    blocks.map { block in
      switch block {
      case .text(let text): text.text
      case .resourceLink(let link): place(link.uri, in: folder)
      case .resource(let embedded):
        if let text = embedded.resource.text {
          "\n\(place(embedded.resource.uri, in: folder)):\n```\n\(text)\n```\n"
        } else {
          place(embedded.resource.uri, in: folder)
        }
      case .image, .audio, .other: ""
      }
    }.joined()
  }

  private static func place(_ uri: String, in folder: String) -> String {
    let start = "file://\(folder)/"
    guard uri.hasPrefix(start) else { return uri }
    let path = String(uri.dropFirst(start.count))
    return path.removingPercentEncoding ?? path
  }
}
