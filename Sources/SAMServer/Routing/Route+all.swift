// SPDX-License-Identifier: Apache-2.0

extension Route {
  /// The whole API.
  static let all: [Route] = [
    .open(
      "/health", because: "clients and load balancers look whether the server is up; it tells nothing else", health),

    .get("/projects", ProjectRoutes.list),
    .post("/projects", ProjectRoutes.create),
    .get("/projects/{project}", ProjectRoutes.show),
    .delete("/projects/{project}", ProjectRoutes.remove),

    .get("/agents", AgentRoutes.list),
    .get("/agents/{agent}", AgentRoutes.show),
    .put("/agents/{agent}", AgentRoutes.define),
    .delete("/agents/{agent}", AgentRoutes.remove),
    .post("/agents/{agent}/check", AgentRoutes.check),
    .post("/agents/{agent}/login", AgentRoutes.login),
    .get("/catalog", AgentRoutes.catalog),

    .get("/tasks", TaskRoutes.list),
    .prompt("/tasks", TaskRoutes.create),
    .get("/tasks/{task}", TaskRoutes.show),
    .post("/tasks/{task}/cancel", TaskRoutes.cancel),
    .post("/tasks/{task}/retry", TaskRoutes.retry),

    .get("/sessions", SessionRoutes.list),
    .get("/sessions/{session}", SessionRoutes.show),
    .prompt("/sessions/{session}/prompts", SessionRoutes.prompt),
    .post("/sessions/{session}/continue", SessionRoutes.goOn),
    .put("/sessions/{session}/settings/{setting}", SessionRoutes.choose),
    .get("/sessions/{session}/turns", SessionRoutes.turns),
    .get("/sessions/{session}/entries", SessionRoutes.entries),
    .stream("/sessions/{session}/stream"),
    .get("/turns/{turn}", SessionRoutes.turn),
    .post("/turns/{turn}/cancel", SessionRoutes.cancelTurn),

    .get("/approvals", ApprovalRoutes.list),
    .get("/approvals/{approval}", ApprovalRoutes.show),
    .post("/approvals/{approval}/answer", ApprovalRoutes.answer),

    .get("/grants", GrantRoutes.list),
    .get("/grants/{grant}", GrantRoutes.show),
    .delete("/grants/{grant}", GrantRoutes.revoke),

    .get("/machines", machines),

    .get("/tokens", TokenRoutes.list),
    .post("/tokens", TokenRoutes.create),
    .delete("/tokens/{token}", TokenRoutes.revoke),

    .get("/secrets", SecretRoutes.list),
    .put("/secrets/{secret}", SecretRoutes.set),
    .delete("/secrets/{secret}", SecretRoutes.remove),
  ]
}
