// SPDX-License-Identifier: Apache-2.0
import Testing

/// All suites with real sockets, one test at a time: they measure time, and share one event loop group.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SocketTests {}
