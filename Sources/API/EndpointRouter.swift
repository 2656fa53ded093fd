import HTTPTypes
import Hummingbird
import Notifications

/// Makes a router of a route table.
struct EndpointRouter: Sendable {
    let endpoints: [Endpoint]
    let frame: RequestFrame
    let respond: @Sendable (Request, APIContext, Endpoint) async throws -> Response

    var router: Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: frame)
        for endpoint in endpoints {
            for method in methods(of: endpoint.route) {
                router.on(RouterPath(endpoint.route.path), method: method) { [respond] request, context in
                    try await respond(request, context, endpoint)
                }
            }
        }
        refuseOtherMethods(on: router)
        return router
    }

    /// What can be read can be asked for without its body, except a stream, which is nothing else.
    private func methods(of route: APIRoute) -> [HTTPRequest.Method] {
        route.method == .get && route.scope != .stream ? [.get, .head] : [route.method]
    }

    /// A known path with a method it does not have is told which ones it has.
    private func refuseOtherMethods(on router: Router<APIContext>) {
        let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
            .compactMap { HTTPRequest.Method($0) }
        for (path, endpoints) in Dictionary(grouping: endpoints, by: \.route.path) {
            let allowed = endpoints.flatMap { self.methods(of: $0.route) }
            for method in methods where !allowed.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw Problem.methodNotAllowed(allowed)
                }
            }
        }
    }
}
