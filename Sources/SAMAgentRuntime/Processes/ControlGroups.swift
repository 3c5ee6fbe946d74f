// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SAMCore

/// The kernel's groups of processes below SAM's own: they limit what a session's processes use together, and end all of
/// them at once, also those that have left every process group and emptied their environment.
///
/// Each run of an agent has a group, and in it the agent and each of its commands have one, which their guards make and
/// remove. Source: https://docs.kernel.org/admin-guide/cgroup-v2.html
struct ControlGroups: Sendable {
  /// The group that SAM was given, by its folder.
  let base: String
  /// Names this installation's groups.
  let installation: InstallationID

  /// The group of all that this installation runs.
  private var root: String { "\(base)/sam-\(installation)" }
  /// Where SAM itself goes, because a group that hands controllers on has no processes of its own. Also the name for
  /// `DelegateSubgroup=` of systemd.
  private static let own = "samd"

  /// The groups of one installation below a group.
  init(base: String, installation: InstallationID) {
    self.base = base
    self.installation = installation
  }

  /// Those of this process; nil where the system has no control groups of version 2, or they are not SAM's to make.
  /// - Parameters:
  ///   - mounts: what is mounted, as `/proc/self/mountinfo` has it.
  ///   - membership: which groups this process is in, as `/proc/self/cgroup` has it.
  init?(
    installation: InstallationID, mounts: String = "/proc/self/mountinfo", membership: String = "/proc/self/cgroup"
  ) {
    guard
      let mount = Self.lines(mounts).lazy.compactMap(Self.mount).first,
      let own = Self.lines(membership).first(where: { $0.hasPrefix("0::/") })?.dropFirst(3), own.hasPrefix(mount.root)
    else { return nil }
    let below = own.dropFirst(mount.root == "/" ? 0 : mount.root.count).split(separator: "/")
    let path = ([mount.point] + (below.last == "samd" ? below.dropLast() : below).map(String.init)).joined(
      separator: "/")
    guard access(path, W_OK) == 0, access("\(path)/cgroup.procs", W_OK) == 0 else { return nil }
    self.init(base: path, installation: installation)
  }

  /// The group for one run, made below SAM's own.
  /// - Parameters:
  ///   - name: names the run among those of this installation.
  ///   - limits: what its processes may use together.
  func make(_ name: String, limits: ProcessLimits?) -> RunGroup {
    let path = "\(root)/\(name)"
    let wanted = Self.controllers(limits)
    do {
      if wanted.isEmpty {
        try makeFolders(path)
        return RunGroup(path: path)
      }
      let offered = Set(words("\(base)/cgroup.controllers"))
      let missing = wanted.filter { !offered.contains($0) }
      let present = wanted.filter { offered.contains($0) }
      try enable(present, in: base)
      try makeFolders(path, enabling: present)
      for (file, value) in Self.settings(limits) where present.contains(where: { file.hasPrefix("\($0).") }) {
        try Self.write(value, to: "\(path)/\(file)")
      }
      guard !missing.isEmpty else { return RunGroup(path: path) }
      return RunGroup(
        path: path,
        lacks: limits?.lack("control group \(base) has no controller for \(missing.joined(separator: " and "))"))
    } catch {
      let group = RunGroup(path: path)
      group.remove()
      return RunGroup(path: nil, lacks: limits?.lack("\(error.what): \(explain(errno: error.number))"))
    }
  }

  /// Ends and removes what an earlier process of this installation left.
  /// - Returns: the groups that stay.
  func removeLeft() -> [String] {
    guard access(root, F_OK) == 0 else { return [] }
    let groups = Self.folders(root).map { RunGroup(path: "\(root)/\($0)") }
    let left = groups.filter { !$0.remove() }.compactMap(\.path)
    rmdir(root)
    return left
  }

  // MARK: Making groups

  /// What the kernel refused.
  private struct Refusal: Error {
    let what: String
    let number: Int32
  }

  private func makeFolders(_ path: String, enabling controllers: [String] = []) throws(Refusal) {
    // The guard of a run that has just ended may remove what is empty in between.
    for attempt in 0... {
      guard mkdir(root, 0o755) == 0 || errno == EEXIST else {
        throw Refusal(what: "\(root) cannot be made", number: errno)
      }
      do throws(Refusal) {
        try enable(controllers, in: root)
      } catch  where error.number == ENOENT && attempt < 10 {
        continue
      }
      if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
      guard errno == ENOENT, attempt < 10 else { throw Refusal(what: "\(path) cannot be made", number: errno) }
    }
  }

  /// Hands controllers on to the groups below one.
  private func enable(_ controllers: [String], in group: String) throws(Refusal) {
    let file = "\(group)/cgroup.subtree_control"
    let missing = Set(controllers).subtracting(words(file)).sorted()
    guard !missing.isEmpty else { return }
    let order = missing.map { "+\($0)" }.joined(separator: " ")
    do throws(Refusal) {
      try Self.write(order, to: file)
    } catch  where error.number == EBUSY && group == base {
      // SAM itself, and the guards, are in it.
      try moveOut()
      try Self.write(order, to: file)
    }
  }

  /// Moves SAM's own processes into a group below; others stay, and then it is not SAM's to divide.
  private func moveOut() throws(Refusal) {
    let place = "\(base)/\(Self.own)"
    guard mkdir(place, 0o755) == 0 || errno == EEXIST else {
      throw Refusal(what: "\(place) cannot be made", number: errno)
    }
    let ours = Set(Strays.find(runIDPrefix: installation.rawValue).map { "\($0.pid)" } + ["\(getpid())"])
    for process in words("\(base)/cgroup.procs") where ours.contains(process) {
      do throws(Refusal) {
        try Self.write(process, to: "\(place)/cgroup.procs")
      } catch  where error.number == ESRCH {
        // It has ended meanwhile.
        continue
      }
    }
  }

  private static func write(_ text: String, to file: String) throws(Refusal) {
    // With O_CREAT a folder that stands for the kernel's will do; the kernel's own makes no files.
    let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Refusal(what: "\(file) cannot be written", number: errno) }
    defer { close(descriptor) }
    guard Foundation.write(descriptor, text, text.utf8.count) == text.utf8.count else {
      throw Refusal(what: "'\(text)' is not taken by \(file)", number: errno)
    }
  }

  // MARK: Limits

  private static func controllers(_ limits: ProcessLimits?) -> [String] {
    guard let limits else { return [] }
    return [
      limits.memory.map { _ in "memory" }, limits.cpus.map { _ in "cpu" }, limits.processes.map { _ in "pids" },
    ].compactMap(\.self)
  }

  private static func settings(_ limits: ProcessLimits?) -> [(file: String, value: String)] {
    var settings: [(String, String)] = []
    if let memory = limits?.memory {
      // All of them or none: an agent without one of its parts would be in a state that nobody has thought of.
      settings += [("memory.max", "\(memory)"), ("memory.oom.group", "1")]
    }
    // So many microseconds in each tenth of a second.
    if let cpus = limits?.cpus { settings.append(("cpu.max", "\(max(1000, Int((cpus * 100_000).rounded()))) 100000")) }
    if let processes = limits?.processes { settings.append(("pids.max", "\(processes)")) }
    return settings
  }

  // MARK: Reading

  private static func mount(_ line: Substring) -> (root: String, point: String)? {
    let parts = line.split(separator: " ")
    guard let dash = parts.firstIndex(of: "-"), dash > 4, dash + 1 < parts.count, parts[dash + 1] == "cgroup2" else {
      return nil
    }
    return (String(parts[3]), parts[4].replacingOccurrences(of: "\\040", with: " "))
  }

  private func words(_ file: String) -> [String] {
    Self.lines(file).flatMap { $0.split(separator: " ").map(String.init) }
  }

  private static func lines(_ file: String) -> [Substring] {
    String(decoding: KernelFile.content(file), as: UTF8.self).split(separator: "\n")
  }

  fileprivate static func folders(_ path: String) -> [String] {
    (Descriptor.folder(path)?.names() ?? []).filter { name in
      var status = stat()
      return lstat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
  }
}

/// The group of one run; path nil = it has none, and only its guards hold its processes together.
struct RunGroup: Sendable {
  let path: String?
  /// Which limits are not enforced, and why; nil = all are that were asked for.
  var lacks: String?

  init(path: String?, lacks: String? = nil) {
    self.path = path
    self.lacks = lacks
  }

  /// The group of one program in it, which its guard makes.
  func part(_ name: String) -> String? { path.map { "\($0)/\(name)" } }

  /// Ends whatever is still in it, and removes it.
  /// - Returns: whether it is gone.
  @discardableResult
  func remove() -> Bool {
    guard let path else { return true }
    // What has been killed is gone a moment later.
    for _ in 0..<400 {
      let kill = open("\(path)/cgroup.kill", O_WRONLY | O_CLOEXEC)
      if kill >= 0 {
        write(kill, "1", 1)
        close(kill)
      }
      for part in ControlGroups.folders(path) { rmdir("\(path)/\(part)") }
      if rmdir(path) == 0 || errno == ENOENT {
        // The last one takes the installation's group with it; while there are others, the kernel refuses.
        rmdir((path as NSString).deletingLastPathComponent)
        return true
      }
      guard errno == EBUSY else { return false }
      usleep(2000)
    }
    return false
  }
}

extension ProcessLimits {
  /// That they are not enforced, why, and what to do.
  func lack(_ reason: String) -> String {
    "the limits of this agent (\(words.joined(separator: ", "))) are not all enforced on this machine: \(reason). "
      + "Run samd as a service with Delegate=yes on a system with cgroup v2, or define the agent anew without them"
  }
}
