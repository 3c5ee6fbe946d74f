// SPDX-License-Identifier: Apache-2.0

/// Where the server listens, whom it listens to, and its limits.
public struct ServerConfiguration: Sendable {
  /// The address to listen on.
  ///
  /// - Warning: anything but a loopback address lets other computers in; put TLS in front of it.
  public var host: String
  /// The port to listen on; 0 = a free one.
  public var port: Int
  /// Host names besides the loopback ones for which requests are taken, without ports: `sam.example.org`.
  public var allowedHosts: Set<String>
  /// Origins of web pages besides the server's own that may use the API: `https://app.example.org`.
  public var allowedOrigins: Set<String>
  /// The largest body of a request in bytes; what is sent along with a prompt comes on top.
  public var maxBodyBytes: Int
  /// How long a kept-alive connection may idle.
  public var idleTimeout: Duration
  /// How often an open WebSocket is asked whether its peer is there.
  public var pingInterval: Duration
  /// How often it is checked whether the token of an open stream was revoked.
  public var tokenCheckInterval: Duration
  /// How long a shutdown waits for requests and streams that are under way; then they are cut off.
  public var shutdownTimeout: Duration
  /// The program's version, as `GET /health` tells it.
  public var version: String
  /// The agents that are known by name.
  public var catalog: [OfferedAgent]

  /// - Parameters: as the properties of the same names.
  public init(
    host: String = "127.0.0.1", port: Int = 0, allowedHosts: Set<String> = [], allowedOrigins: Set<String> = [],
    maxBodyBytes: Int = 2 << 20, idleTimeout: Duration = .seconds(60), pingInterval: Duration = .seconds(25),
    tokenCheckInterval: Duration = .seconds(30), shutdownTimeout: Duration = .seconds(10), version: String = "0",
    catalog: [OfferedAgent] = []
  ) {
    self.host = host
    self.port = port
    self.allowedHosts = allowedHosts
    self.allowedOrigins = allowedOrigins
    self.maxBodyBytes = maxBodyBytes
    self.idleTimeout = idleTimeout
    self.pingInterval = pingInterval
    self.tokenCheckInterval = tokenCheckInterval
    self.shutdownTimeout = shutdownTimeout
    self.version = version
    self.catalog = catalog
  }
}
