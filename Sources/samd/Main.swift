// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import SAMAgentRuntime

@main
enum Main {
  static func main() async {
    ProcessGuard.runIfAsked()
    await Samd.main()
  }
}
