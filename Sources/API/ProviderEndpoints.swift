import Documents
import Foundation
import Hummingbird
import Logging
import Notifications
import Queue

/// The operator's view of the providers, and their limits. All tenants send by the same.
struct ProviderEndpoints: Sendable {
    let bodies: BodyReader
    /// By name, in the order in which they are tried.
    let providers: [Route: [String]]
    let limits: LimitBook
    let queue: DeliveryQueue
    let clock: ServerClock
    let logger: Logger

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/providers", .operator, use: list),
            Endpoint(.put, "/v1/providers/{name}/limits", .operator, use: setLimits),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let limits = try await limits.all()
        let pairs = Route.allCases.flatMap { route in
            (providers[route] ?? []).map { name in
                (route: route, provider: LimitedProvider(name: name, limits: limits[route]?[name] ?? .none))
            }
        }
        let usage: [ProviderUsage]
        do { usage = try await queue.usage(of: pairs) } catch {
            logger.warning("the providers' limits could not be read", metadata: ["error": "\(error)"])
            throw Problem.queueUnavailable
        }
        let now = clock.now
        let items = zip(pairs, usage).map { pair, usage in
            JSON.object(JSONObject(pair.provider.members(on: pair.route) + usage.members(at: now)))
        }
        return Response(json: ["items": .array(items), "next": nil])
    }

    /// Puts both limits in place of those there were. Workers bring what is set here along with their claims, so there is
    /// nobody to be told.
    private func setLimits(_ call: Call) async throws -> Response {
        let name = call.parameters.get("name") ?? ""
        let routes = Route.allCases.filter { providers[$0]?.contains(name) == true }
        if routes.isEmpty { throw Problem.notFound }
        let fields = try await bodies.fields(of: call)
        let route = fields.choice("route", among: routes, named: \.rawValue)
        fields.require("route")
        let limits = ProviderLimits(fields)
        guard let route, fields.problems.isEmpty else { throw Problem.invalid(fields.problems) }
        try await self.limits.set(limits, route: route, provider: name)
        let provider = LimitedProvider(name: name, limits: limits)
        return Response(json: .object(JSONObject(provider.members(on: route))))
    }
}

extension ProviderLimits {
    /// Of a body, noting every problem; what is missing or null is without limit.
    fileprivate init(_ fields: Fields) {
        fields.allow(["route", "ratePerSecond", "burst", "maxConcurrent"])
        let rate = fields.number("ratePerSecond", in: ProviderLimits.rates)
        let burst = fields.integer("burst", in: ProviderLimits.bursts)
        if burst != nil, fields.object["ratePerSecond"]?.isNull ?? true {
            fields.note("burst", .conflict, "means nothing without ratePerSecond")
        }
        self.init(
            ratePerSecond: rate, burst: burst,
            maxConcurrent: fields.integer("maxConcurrent", in: ProviderLimits.concurrencies))
    }

    fileprivate var json: JSON {
        [
            "ratePerSecond": ratePerSecond.map { JSON.number("\($0)") } ?? .null,
            "burst": ratePerSecond == nil ? .null : JSON(burst),
            "maxConcurrent": maxConcurrent.map { JSON($0) } ?? .null,
        ]
    }
}

extension LimitedProvider {
    fileprivate func members(on route: Route) -> [(String, JSON)] {
        [("route", .string(route.rawValue)), ("provider", .string(name)), ("limits", limits.json)]
    }
}

extension ProviderUsage {
    fileprivate func members(at now: Date) -> [(String, JSON)] {
        func instant(after wait: Duration?) -> JSON {
            wait.map { JSON(now.addingTimeInterval($0.timeInterval)) } ?? .null
        }
        let milliseconds = latency.map { JSON.number("\($0 / Duration.milliseconds(1))") }
        return [
            ("tokens", tokens.map { JSON($0) } ?? .null), ("inFlight", inFlight.map { JSON($0) } ?? .null),
            ("blockedUntil", instant(after: blocked)), ("circuit", .string(circuit.rawValue)),
            ("circuitUntil", instant(after: untilProbe)), ("failurePercent", failurePercent.map { JSON($0) } ?? .null),
            ("latencyMilliseconds", milliseconds ?? .null),
        ]
    }
}
