// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A line that is typed without being shown.
enum HiddenInput {
  /// Asks on the terminal.
  /// - Throws: ``CommandFailure`` when it does not let itself be silenced.
  static func ask(_ question: String) throws -> String {
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { throw failure }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { throw failure }
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      FileHandle.standardError.write(Data("\n".utf8))
    }
    FileHandle.standardError.write(Data(question.utf8))
    return readLine(strippingNewline: true) ?? ""
  }

  private static var failure: CommandFailure {
    CommandFailure(
      .failed, "The terminal cannot hide what you type. Give the value on standard input.", code: "terminal")
  }
}
