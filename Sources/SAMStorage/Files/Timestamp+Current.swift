// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import SAMCore

extension Timestamp {
  /// What the system's clock says. The core is handed its time; storage stands outside of it and may look.
  public static var current: Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }
}
