// SPDX-License-Identifier: Apache-2.0
internal import SAMACP
internal import SAMCore
internal import SAMRPC

/// What an agent wants to know beyond a yes or no, asked as an approval with a form. Source: ACP v1, Elicitation.
struct AgentQuestions: ACPElicitationHandler {
  let run: AgentRun

  func createElicitation(_ request: ACP.CreateElicitationRequest) async throws -> ACP.CreateElicitationResponse {
    guard case .session(let conversation, _) = request.scope else {
      // Before there is a conversation there is nowhere to ask.
      run.machine.report(
        "session \(run.spec.session): the agent asks \"\(oneLine(request.message))\" outside of a conversation")
      return .init(answer: .cancel)
    }
    let form = try ApprovalForm(request.question)
    guard let answer = await run.ask(request.message, form: form, in: conversation) else {
      return .init(answer: .cancel)
    }
    guard answer.option == ApprovalForm.accept else { return .init(answer: .decline) }
    guard form.url == nil else { return .init(answer: .accept(nil)) }
    let content = form.fields.compactMap { field in answer.values[field.name].map { (field.name, $0.content) } }
    return .init(answer: .accept(OrderedDictionary(uniqueKeysWithValues: content)))
  }
}

extension ApprovalForm {
  static let accept = "accept"
  static let decline = "decline"

  /// What may be answered.
  var options: [ApprovalOption] {
    [
      ApprovalOption(id: Self.accept, name: url == nil ? "Send" : "I have opened it", kind: "allow_once"),
      ApprovalOption(id: Self.decline, name: "Decline", kind: "reject_once"),
    ]
  }

  /// - Throws: ``RPCError`` when it asks in a way, or for a kind of value, that SAM does not know.
  init(_ question: ACP.ElicitationQuestion) throws {
    switch question {
    case .form(let schema):
      self.init(
        fields: try schema.properties.map { name, property in
          try FormField(name, property, isRequired: schema.required?.contains(name) ?? false)
        })
    case .url(let url, _): self.init(url: url)
    case .other(let mode): throw RPCError(.invalidParams, "SAM cannot ask in the way '\(mode)'; use form or url")
    }
  }
}

extension FormField {
  fileprivate init(_ name: String, _ property: ACP.ElicitationProperty, isRequired: Bool) throws {
    switch property {
    case .text(let it):
      self.init(
        name: name, title: it.title, description: it.description, kind: .text, isRequired: isRequired,
        choices: Self.choices(it.titledChoices, it.choices), minimum: it.minLength.map(Double.init),
        maximum: it.maxLength.map(Double.init), standard: it.standard.map(FormValue.text))
    case .number(let it):
      self.init(
        name: name, title: it.title, description: it.description, kind: .number, isRequired: isRequired,
        minimum: it.minimum, maximum: it.maximum, standard: it.standard.map(FormValue.number))
    case .integer(let it):
      self.init(
        name: name, title: it.title, description: it.description, kind: .integer, isRequired: isRequired,
        minimum: it.minimum.map(Double.init), maximum: it.maximum.map(Double.init),
        standard: it.standard.map(FormValue.integer))
    case .boolean(let it):
      self.init(
        name: name, title: it.title, description: it.description, kind: .boolean, isRequired: isRequired,
        standard: it.standard.map(FormValue.boolean))
    case .multiSelect(let it):
      self.init(
        name: name, title: it.title, description: it.description, kind: .choices, isRequired: isRequired,
        choices: Self.choices(it.items.titledChoices, it.items.choices), minimum: it.minItems.map(Double.init),
        maximum: it.maxItems.map(Double.init), standard: it.standard.map(FormValue.choices))
    case .other:
      throw RPCError(
        .invalidParams, "SAM does not know the kind of field '\(name)'; use string, number, integer, boolean or array")
    }
  }

  private static func choices(_ titled: [ACP.ElicitationChoice]?, _ plain: [String]?) -> [Choice]? {
    titled?.map { Choice(value: $0.value, title: $0.title) } ?? plain?.map { Choice(value: $0, title: $0) }
  }
}

extension FormValue {
  /// The value on the wire.
  fileprivate var content: ACP.ElicitationContent {
    switch self {
    case .text(let value): .text(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .boolean(let value): .boolean(value)
    case .choices(let value): .choices(value)
    }
  }
}
