// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// How a process ended.
public enum ProcessExit: Sendable, Hashable {
  /// It returned this exit code.
  case code(Int32)
  /// This signal ended it.
  case signal(Int32)
  /// Nobody saw it: its guard was killed. What it left behind was killed by its run id.
  case unseen
}

/// What a guard reports.
public enum GuardEvent: Sendable, Hashable {
  /// The program runs, with this process id.
  case started(Int32)
  /// The program does not run: the kind of failure and an error number.
  case failed(kind: String, errno: Int32)
  /// The kernel ended it because its control group had used up its memory; how it ended follows.
  case outOfMemory
  /// The program itself ended; what it started is now being ended.
  case exited(ProcessExit)
  /// This process does not die (the system keeps it, or it belongs to another user). The guard goes on trying.
  case stuck(Int32)
  /// Nothing of the program is left.
  case gone

  /// Reads one line of a guard; nil for a line that this version does not know.
  init?(line: ArraySlice<UInt8>) {
    struct Exited: Decodable {
      var code: Int32?
      var signal: Int32?
    }
    struct Line: Decodable {
      var started: Int32?
      var error: String?
      var errno: Int32?
      var exited: Exited?
      var stuck: Int32?
      var outOfMemory: Bool?
      var gone: Bool?
    }
    // A line that is not ours (the guard crashed and something else wrote) is the same as one that we do not know.
    guard let line = try? JSONDecoder().decode(Line.self, from: Data(line)) else { return nil }
    if let pid = line.started {
      self = .started(pid)
    } else if let kind = line.error {
      self = .failed(kind: kind, errno: line.errno ?? 0)
    } else if let code = line.exited?.code {
      self = .exited(.code(code))
    } else if let signal = line.exited?.signal {
      self = .exited(.signal(signal))
    } else if let pid = line.stuck {
      self = .stuck(pid)
    } else if line.outOfMemory == true {
      self = .outOfMemory
    } else if line.gone == true {
      self = .gone
    } else {
      return nil
    }
  }
}
