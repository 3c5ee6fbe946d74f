// SPDX-License-Identifier: Apache-2.0
internal import SAMAPI
internal import SAMCore

/// A question to a human, in text.
enum ApprovalText {
  /// One of the answers that a person can choose.
  struct Reply: Equatable {
    var option: ApprovalOption
    /// What it fills in; nil = nothing.
    var values: [String: FormValue]?
    var label: String
  }

  /// What can be chosen: the options or, where one choice is all that is to be filled in, its choices.
  static func replies(_ options: [ApprovalOption], _ form: ApprovalForm?) -> [Reply] {
    let plain = options.map { Reply(option: $0, label: $0.name) }
    guard let field = form?.fields.first, form?.fields.count == 1, let accept = self.option("allow", among: options)
    else { return plain }
    let choices: [(value: FormValue, title: String)]? =
      switch field.kind {
      case .text: field.choices?.map { (.text($0.value), $0.title) }
      case .boolean: [(.boolean(true), "Yes"), (.boolean(false), "No")]
      case .number, .integer, .choices: nil
      }
    guard let choices else { return plain }
    return choices.map { Reply(option: accept, values: [field.name: $0.value], label: $0.title) }
      + plain.filter { $0.option != accept }
  }

  /// The question and its answers, numbered from 1.
  static func question(_ note: ApprovalNote, _ style: Style) -> [String] {
    let title = SafeText.line(note.title)
    let heading = note.form == nil ? "May the agent do this: \(title)" : "The agent asks: \(title)"
    return [style(.yellow, "?") + " " + style(.bold, heading) + style(.dim, "  \(note.approval)")]
      + (note.form.map { form($0, note.approval) } ?? [])
      + replies(note.options, note.form).enumerated().map { place, reply in
        "  \(place + 1)  \(SafeText.line(reply.label))"
          + (reply.values == nil ? " " + style(.dim, "(\(SafeText.line(reply.option.id)))") : "")
      }
  }

  private static func form(_ form: ApprovalForm, _ id: ApprovalID) -> [String] {
    (form.url.map { ["  Open this page: \(SafeText.line($0, limit: 2000))"] } ?? []) + form.fields.map(field)
      + (form.fields.count < 2 ? [] : ["  Fill it in: samctl approval answer \(id) allow --value NAME=VALUE …"])
  }

  /// A field of a form: its name, what it means, what it takes and what it holds.
  static func field(_ field: FormField) -> String {
    let meaning = [field.title, field.description].compactMap(\.self).joined(separator: ": ")
    let state = field.standard.map { "; now \($0.text)" } ?? (field.isRequired ? "" : "; may be left out")
    return SafeText.line(
      "  \(field.name)\(meaning.isEmpty ? "" : " — \(meaning)"): \(field.wants)\(state)", limit: 1000)
  }

  /// What was filled in, to follow an answer's name.
  static func filled(_ values: [String: FormValue]?) -> String {
    guard let values, !values.isEmpty else { return "" }
    return ": " + values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.text)" }.joined(separator: ", ")
  }

  /// What became of an approval; nil while it is asked.
  static func outcome(_ approval: ApprovalView) -> String? {
    switch approval.knownState {
    case .answered:
      let name = approval.options.first { $0.id == approval.chosen }?.name ?? approval.chosen ?? "?"
      return SafeText.line(
        name + filled(approval.values) + ", by \(approval.answeredBy ?? "somebody")"
          + reason(approval.rule, approval.grant), limit: 1000)
    case .expired: return "nobody answered in time, so the agent was told no"
    case .void: return SafeText.line(approval.reason ?? "the agent that asked is gone", limit: 500)
    case .asked, nil: return nil
    }
  }

  /// What an answer rests on, to follow who gave it.
  static func reason(_ rule: String?, _ grant: GrantID?) -> String {
    rule.map { ": \($0)" } ?? grant.map { ", \($0)" } ?? ""
  }

  /// How to answer from a shell.
  static func hint(_ id: ApprovalID) -> String { "Answer it with: samctl approval answer \(id) allow   (or: reject)" }

  /// The option that a person means: one's id, or `allow` and `reject` for the kinds that count once.
  static func option(_ word: String, among options: [ApprovalOption]) -> ApprovalOption? {
    if let exact = options.first(where: { $0.id == word }) { return exact }
    switch word.lowercased() {
    case "allow": return options.first { $0.kind == "allow_once" }
    case "reject", "deny": return options.first { $0.kind == "reject_once" }
    default: return nil
    }
  }

  /// The answer that a person typed: what ``option(_:among:)`` takes, a number from 1, or what the only field is to hold.
  static func typed(_ line: String, to options: [ApprovalOption], _ form: ApprovalForm? = nil) -> Reply? {
    let word = line.trimmed
    let known = replies(options, form)
    if let exact = options.first(where: { $0.id == word }) { return Reply(option: exact, label: exact.name) }
    let field = form?.fields.count == 1 ? form?.fields.first : nil
    let isNumbered = field == nil || known.contains { $0.values != nil }
    if let number = Int(word), isNumbered { return known.indices.contains(number - 1) ? known[number - 1] : nil }
    if let option = option(word, among: options) { return Reply(option: option, label: option.name) }
    guard let field, let value = field.value(of: word), let accept = option("allow", among: options) else { return nil }
    return Reply(option: accept, values: [field.name: value], label: accept.name)
  }
}
