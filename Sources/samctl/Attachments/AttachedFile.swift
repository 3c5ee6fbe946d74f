// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMCore

/// A file that is sent along with a prompt.
enum AttachedFile {
  /// Reads a file.
  /// - Throws: ``CommandFailure`` when it is missing, no plain file, or larger than may be sent.
  static func read(_ path: String) throws -> PromptAttachment {
    // A pipe that nobody writes to must not be waited for.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      throw CommandFailure(
        .usage,
        isMissing
          ? "There is no file '\(path)'. Check its path."
          : "'\(path)' cannot be read: \(String(cString: strerror(errno))). Check its permissions.",
        code: isMissing ? "no_such_file" : "file_error")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw CommandFailure(
        .usage, "'\(path)' is no plain file. Send the files of a folder one by one, or put it into the repository.",
        code: "file_error")
    }
    guard status.st_size <= PromptAttachment.limit else {
      throw CommandFailure(
        .usage,
        "'\(path)' has \(status.st_size) bytes, and at most \(PromptAttachment.limit >> 20) MiB can be sent along. Make it "
          + "smaller, or put it into the repository.", code: "invalid")
    }
    do {
      let bytes = try file.read(upToCount: PromptAttachment.limit + 1) ?? Data()
      let name = URL(fileURLWithPath: path).lastPathComponent
      return PromptAttachment(name: name, type: MediaType.of(bytes, named: name), data: Base64(bytes))
    } catch {
      throw CommandFailure(.failed, "'\(path)' cannot be read: \(error.localizedDescription).", code: "file_error")
    }
  }
}
