// SPDX-License-Identifier: Apache-2.0
import SAMRPC
import Testing

@Suite("What is taken out of recordings") struct SecretFilterTests {
  private func redact(_ text: String, _ values: [String] = []) -> String {
    String(decoding: SecretFilter(values: values).redact(Array(text.utf8)), as: UTF8.self)
  }

  @Test("a known value goes wherever it stands, also as JSON writes it")
  func knownValues() {
    #expect(redact("a hunter2-hunter2, again:hunter2-hunter2", ["hunter2-hunter2"]) == "a [redacted], again:[redacted]")
    #expect(redact(#"{"key":"a\"b\\cdefgh"}"#, [#"a"b\cdefgh"#]) == #"{"key":"[redacted]"}"#)
    #expect(redact("the longer one: abcdefghij", ["abcdefgh", "abcdefghij"]) == "the longer one: [redacted]")
  }

  @Test("a value of fewer than 8 bytes stays: it would be found everywhere")
  func shortValues() { #expect(redact("x is 1234567", ["x", "", "1234567"]) == "x is 1234567") }

  @Test(
    "words that look like keys go",
    arguments: ["sk-abcdefghijklmnop", "ghp_0123456789abcdefABCD", "AKIAABCDEFGHIJKLMNOP", "xoxb-1234567890-abcdefgh"])
  func keys(_ key: String) {
    #expect(redact(#"{"text":"use \#(key)."}"#) == #"{"text":"use [redacted]."}"#)
    #expect(redact(#"a\n\#(key)\nb"#) == #"a\n[redacted]\nb"#)
  }

  @Test(
    "words that only resemble keys stay",
    arguments: ["task-01J9Z3ABCDEFGHIJKLMN", "sk-short", "risk-abcdefghijklmnopq", "Asking AKIA"])
  func others(_ word: String) { #expect(redact(word) == word) }

  @Test("the beginning of a secret at the end of a text is seen, wherever it is cut")
  func openEnds() {
    let filter = SecretFilter(values: ["hunter2-hunter2"])
    for secret in ["hunter2-hunter2", "sk-abcdefghijklmnop"] {
      for length in 1..<secret.count {
        #expect(filter.openEnd(of: Array("say \(secret.prefix(length))".utf8)) == 4, "\(secret.prefix(length))")
      }
    }
    #expect(filter.openEnd(of: Array("nothing of that kind.".utf8)) == nil)
  }

  @Test("variables are secret by their names")
  func variables() {
    let found = SecretFilter.secrets(in: ["MISTRAL_API_KEY": "one", "gh_token": "two", "HOME": "three"])
    #expect(Set(found) == ["one", "two"])
  }
}
