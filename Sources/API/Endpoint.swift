import HTTPTypes
import Hummingbird
import Notifications

/// A route and what answers it.
struct Endpoint: Sendable {
    let route: APIRoute
    let respond: @Sendable (Call) async throws -> Response
    let query: QueryCheck

    /// - Parameter needsLiveKey: without it, what an administrator changes and all that an operator does needs one.
    init(
        _ method: HTTPRequest.Method, _ path: String, _ scope: Scope?, needsLiveKey: Bool? = nil,
        use respond: @escaping @Sendable (Call) async throws -> Response
    ) {
        route = APIRoute(
            method: method, path: path, scope: scope,
            needsLiveKey: needsLiveKey ?? (scope == .operator || scope == .admin && method != .get))
        self.respond = respond
        query = QueryCheck(route)
    }
}

/// One request that was let in.
struct Call: Sendable {
    let request: Request
    let caller: Caller
    /// What stood in the path where the route has braces, as it was sent.
    let parameters: Parameters
    let requestId: String
    /// When its head had been read.
    let start: ContinuousClock.Instant

    init(_ request: Request, _ context: APIContext, caller: Caller) {
        self.request = request
        self.caller = caller
        parameters = context.parameters
        requestId = context.requestId
        start = context.start
    }

    var tenant: String { caller.tenant }
}

/// What every request carries through the router.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Of the answer's `X-Request-Id`.
    var requestId = ""
    let start = ContinuousClock.now

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
