// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import SAMAgentRuntime

@Suite("Demo agent: the edit")
struct DemoEditTests {
  private static let tree = ["greeting.txt": "Hello!\n", "src/a.swift": "let a = 1", "NOTES.md": "# Notes\n\n- old\n"]

  @Test(
    "the file that the task names is changed, and NOTES.md when it names none",
    arguments: [
      ("Greet in French in greeting.txt.", "greeting.txt", "Bonjour!\n"),
      ("Look at `src/a.swift`, please", "src/a.swift", "let a = 1\nLook at `src/a.swift`, please\n"),
      ("Improve it", "NOTES.md", "# Notes\n\n- old\n- Improve it\n"),
      ("See missing.txt and greeting.txt", "greeting.txt", "Bonjour!\n"),
      ("First line\nsecond line", "NOTES.md", "# Notes\n\n- old\n- First line\n"),
    ])
  func chooses(task: String, file: String, new: String) async {
    let edit = await DemoEdit.choose(for: task) { Self.tree[$0] }
    #expect(edit == DemoEdit(file: file, old: Self.tree[file], new: new))
  }

  @Test("where there is no NOTES.md, it is made")
  func makesNotes() async {
    let edit = await DemoEdit.choose(for: "Begin") { _ in nil }
    #expect(edit == DemoEdit(file: "NOTES.md", old: nil, new: "# Notes\n\n- Begin\n"))
  }

  @Test(
    "a task cannot lead out of the work tree",
    arguments: ["/etc/passwd.txt", "../secret.txt", "a/../../b.txt", ".git/config.txt", "x/.git/hooks/pre.sh", "."])
  func staysInside(task: String) {
    #expect(DemoEdit.fileNames(in: task).isEmpty)
  }
}
