// SPDX-License-Identifier: Apache-2.0
internal import SAMRPC

/// A message as a replay compares it.
struct ReplayMessage {
  private(set) var json: JSONValue
  /// What it is: the method, or an answer.
  let kind: String
  /// Whether it is a piece of a text, which may be cut in other places another time.
  let isText: Bool

  init(_ json: JSONValue) {
    self.json = json
    let update = json["params"]?["update"]
    let name = update?["sessionUpdate"]?.stringValue
    if let method = json["method"]?.stringValue {
      kind = name.map { "\(method) \($0)" } ?? method
    } else {
      kind = json["error"] == nil ? "an answer" : "an error as the answer"
    }
    isText = name?.hasSuffix("_chunk") == true && update?["content"]?["text"]?.stringValue != nil
  }

  /// The text, where it is one.
  var text: String { isText ? json["params"]?["update"]?["content"]?["text"]?.stringValue ?? "" : "" }

  /// Adds the next piece of the same text.
  /// - Returns: whether it is one.
  mutating func append(_ next: ReplayMessage) -> Bool {
    guard isText, next.isText, next.kind == kind, next.json["params"]?["sessionId"] == json["params"]?["sessionId"]
    else { return false }
    set(text: text + next.text)
    return true
  }

  /// Keeps only the beginning of the text.
  mutating func set(text: String) {
    guard var root = json.objectValue, var params = root["params"]?.objectValue,
      var update = params["update"]?.objectValue, var content = update["content"]?.objectValue
    else { return }
    content["text"] = .string(text)
    update["content"] = .object(content)
    params["update"] = .object(update)
    root["params"] = .object(params)
    json = .object(root)
  }
}
