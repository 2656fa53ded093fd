import Documents
import HTTPTypes
import Hummingbird
import Logging
import Notifications
import Queue

/// The operator's view of the queues, and their brakes. They hold all tenants' work.
struct QueueEndpoints: Sendable {
    let queue: DeliveryQueue
    let settings: RouteSettingsStore
    let permits: LivePermits
    /// By name, in the order in which they are tried.
    let providers: [Route: [String]]
    let limits: LimitBook
    let logger: Logger

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/queues", .operator, use: list),
            Endpoint(.get, "/v1/queues/{route}", .operator, use: one),
            Endpoint(.post, "/v1/queues/{route}/pause", .operator) { try await set(paused: true, $0) },
            Endpoint(.post, "/v1/queues/{route}/resume", .operator) { try await set(paused: false, $0) },
            Endpoint(.post, "/v1/queues/{route}/rebuild", .operator, use: rebuild),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        Response(json: ["items": .array(try await views(of: Route.allCases)), "next": nil])
    }

    private func one(_ call: Call) async throws -> Response {
        guard let route = call.parameters.get("route").flatMap(Route.init),
            var view = try await views(of: [route]).first?.object
        else { throw Problem.notFound }
        view.append("permits", JSON(try await permits.count(on: route)))
        return Response(json: .object(view))
    }

    /// Kept first, then told to Redis: from a 200 on nothing of these routes is claimed. Where Redis cannot be told the
    /// answer is 202, and the clerk tells it within seconds; workers that reach it may claim until then.
    private func set(paused isPaused: Bool, _ call: Call) async throws -> Response {
        let routes = call.parameters.get("route").map(Route.named) ?? []
        if routes.isEmpty { throw Problem.notFound }
        let pauses = try await settings.setPaused(isPaused, routes)
        do { try await queue.apply(pauses) } catch {
            logger.warning("Redis was not told of a pause; it will be", metadata: ["error": "\(error)"])
            let views = routes.map { ["route": .string($0.rawValue), "paused": .bool(isPaused)] as JSON }
            return Response(json: ["items": .array(views), "next": nil], status: .accepted)
        }
        return Response(json: ["items": .array(try await views(of: routes)), "next": nil])
    }

    /// Only asks for it: a worker does it, or the first that comes.
    private func rebuild(_ call: Call) async throws -> Response {
        let routes = call.parameters.get("route").map(Route.named) ?? []
        if routes.isEmpty { throw Problem.notFound }
        do {
            for route in routes { try await queue.close(route) }
        } catch {
            logger.warning("a rebuild could not be asked for", metadata: ["error": "\(error)"])
            throw Problem.queueUnavailable
        }
        let items = routes.map { ["route": .string($0.rawValue)] as JSON }
        return Response(json: ["items": .array(items), "next": nil], status: .accepted)
    }

    private func views(of routes: [Route]) async throws -> [JSON] {
        let pauses = try await settings.pauses()
        let providers = LimitedProvider.named(providers, limits: try await limits.all())
        let counts: [Route: QueueCounts]
        do { counts = try await queue.counts(of: routes, for: providers) } catch {
            logger.warning("the queues could not be counted", metadata: ["error": "\(error)"])
            throw Problem.queueUnavailable
        }
        return routes.compactMap { route in counts[route]?.json(route, isPaused: pauses[route]?.isPaused ?? false) }
    }
}
