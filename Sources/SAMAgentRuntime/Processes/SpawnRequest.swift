// SPDX-License-Identifier: Apache-2.0
internal import CSAMShims
internal import Foundation

/// A program in a session of its own, with descriptors 0, 1, 2… and nothing else.
struct SpawnRequest {
  var program: String
  /// The first is the program's name.
  var arguments: [String]
  var environment: [String: String]
  var directory: String
  /// Ours, in the order of the numbers that the program sees.
  var descriptors: [Int32]

  /// Returns the process id, or a negative error number with the stage that failed.
  func spawn(_ stage: inout Int32) -> Int32 {
    let map = descriptors.enumerated().map { sam_fd_map(child: Int32($0.offset), parent: $0.element) }
    return withCStrings(arguments) { argv in
      withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
        map.withUnsafeBufferPointer { map in
          program.withCString { program in
            directory.withCString { directory in
              var request = sam_spawn_request()
              request.program = program
              request.argv = UnsafePointer(argv)
              request.envp = UnsafePointer(envp)
              request.cwd = directory
              request.fds = map.baseAddress
              request.fd_count = Int32(map.count)
              request.new_session = 1
              return sam_spawn(&request, &stage)
            }
          }
        }
      }
    }
  }
}

/// Calls `body` with a null-terminated array of C strings, which exist only meanwhile.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress) }
}
