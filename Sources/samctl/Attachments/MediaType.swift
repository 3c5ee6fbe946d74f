// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// What a file is: pictures by how they begin, texts by their name.
enum MediaType {
  private static let texts = [
    "css": "text/css", "csv": "text/csv", "htm": "text/html", "html": "text/html", "js": "text/javascript",
    "json": "application/json", "md": "text/markdown", "svg": "image/svg+xml", "toml": "application/toml",
    "xml": "application/xml", "yaml": "application/yaml", "yml": "application/yaml",
  ]

  /// The media type of a file.
  static func of(_ bytes: Data, named name: String) -> String {
    if let type = beginning(bytes) { return type }
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
      return "application/octet-stream"
    }
    let suffix = name.split(separator: ".").last.map { $0.lowercased() }
    return suffix.flatMap { texts[$0] } ?? "text/plain"
  }

  /// Sources: the first bytes that PNG (ISO/IEC 15948), JPEG (ITU-T T.81), GIF89a, WebP (RFC 9649) and PDF (ISO 32000) name.
  private static func beginning(_ bytes: Data) -> String? {
    func begins(_ start: [UInt8], at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: start) }
    if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
    if begins([0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
    if begins(Array("GIF8".utf8)) { return "image/gif" }
    if begins(Array("RIFF".utf8)), begins(Array("WEBP".utf8), at: 8) { return "image/webp" }
    return begins(Array("%PDF-".utf8)) ? "application/pdf" : nil
  }
}
