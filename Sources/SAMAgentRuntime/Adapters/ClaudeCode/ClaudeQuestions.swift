// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMRPC

/// Claude Code's questions to the person, asked as one form: its tool `AskUserQuestion` comes as a question for permission,
/// and the answers go back in the tool's own input.
///
/// Source: the documentation of the Claude Agent SDK, "Handle approvals and user input".
struct ClaudeQuestions: Sendable, Equatable {
  static let tool = "AskUserQuestion"

  private struct Question: Sendable, Equatable {
    let text: String
    let header: String?
    let options: [ACP.ElicitationChoice]
    let takesSeveral: Bool
  }

  private let input: JSONValue
  private let questions: [Question]

  /// Reads the tool's input; nil for every other tool, and when nothing is asked.
  init?(_ permission: ClaudePermission) {
    guard permission.tool == Self.tool else { return nil }
    input = permission.input
    questions = (input["questions"]?.arrayValue ?? []).compactMap { question in
      guard let text = question["question"]?.stringValue else { return nil }
      let options = (question["options"]?.arrayValue ?? []).compactMap { option in
        option["label"]?.stringValue.map {
          ACP.ElicitationChoice(value: $0, title: $0, description: option["description"]?.stringValue)
        }
      }
      return Question(
        text: text, header: question["header"]?.stringValue, options: options,
        takesSeveral: question["multiSelect"] == true)
    }
    if questions.isEmpty { return nil }
  }

  /// The question in words.
  var message: String { questions.count == 1 ? questions[0].text : "Some questions" }

  /// The form: a field for each question.
  var form: ACP.ElicitationSchema {
    let fields = questions.enumerated().map { place, question in
      let description = questions.count == 1 ? nil : question.text
      let property: ACP.ElicitationProperty =
        question.takesSeveral
        ? .multiSelect(
          .init(
            title: question.header, description: description, minItems: 1,
            items: .init(titledChoices: question.options)))
        : .text(
          .init(
            title: question.header, description: description,
            titledChoices: question.options.isEmpty ? nil : question.options))
      return (Self.name(place), property)
    }
    return .init(
      properties: .init(fields) { first, _ in first }, required: fields.map(\.0))
  }

  private static func name(_ place: Int) -> String { "question-\(place + 1)" }

  /// The program's answer for what the person filled in.
  func response(to answer: ACP.ElicitationAnswer) -> JSONValue {
    switch answer {
    case .accept(let content):
      var answers: JSONObject = [:]
      for (place, question) in questions.enumerated() {
        switch content?[Self.name(place)] {
        case .text(let text): answers[question.text] = .string(text)
        case .choices(let texts): answers[question.text] = .string(texts.joined(separator: ", "))
        default: break
        }
      }
      var updated = input
      updated["answers"] = .object(answers)
      return ["behavior": "allow", "updatedInput": updated]
    case .cancel: return ["behavior": "deny", "message": "The turn was cancelled.", "interrupt": true]
    case .decline, .other:
      return ["behavior": "deny", "message": "The person did not want to answer. Go on with what you know."]
    }
  }
}
