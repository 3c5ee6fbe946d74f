// SPDX-License-Identifier: Apache-2.0

extension ACP {
  /// Asks the person something; needs the client's capability for the mode of the question.
  /// Source: ACP v1, Elicitation, "Creating Elicitations".
  public struct CreateElicitationRequest: ACPRequest {
    /// The method on the wire.
    public static let method = "elicitation/create"
    /// What answers it.
    public typealias Response = CreateElicitationResponse

    /// What it belongs to.
    public var scope: ElicitationScope
    /// The question in words.
    public var message: String
    /// How it is asked.
    public var question: ElicitationQuestion
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(scope: ElicitationScope, message: String, question: ElicitationQuestion) {
      self.scope = scope
      self.message = message
      self.question = question
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      scope = try ElicitationScope(from: &reader)
      message = try reader.required("message")
      question = try ElicitationQuestion(from: &reader)
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      scope.write(to: &writer)
      writer.required("message", message)
      question.write(to: &writer)
      writer.rest(extras)
    }
  }

  /// What came of the question.
  public struct CreateElicitationResponse: ACPObject {
    /// What the person did.
    public var answer: ElicitationAnswer
    /// `_meta` and members that have no property.
    public var extras = Extras()

    /// Makes the value.
    public init(answer: ElicitationAnswer) {
      self.answer = answer
    }

    /// Reads the value.
    public init(from reader: inout ObjectReader) throws(ACPError) {
      answer = try ElicitationAnswer(from: &reader)
      extras = reader.rest()
    }

    /// Writes the value.
    public func write(to writer: inout ObjectWriter) {
      answer.write(to: &writer)
      writer.rest(extras)
    }
  }
}
