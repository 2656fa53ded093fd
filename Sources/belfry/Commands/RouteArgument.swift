import ArgumentParser
import BelfryClient
import Notifications

/// The route to pause, resume or rebuild.
struct RouteArgument: ParsableArguments {
    @Argument(help: "A route such as push.fcm, or a channel for all its routes.")
    var route: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws { try RouteArgument.check(route) }

    static func check(_ route: String) throws {
        if Route.named(route).isEmpty {
            let known = Route.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(route) is neither a route nor a channel. Routes: \(known)")
        }
    }

    nonisolated(nonsending) func change(
        _ connection: ConnectionOptions, _ done: String,
        _ call: nonisolated(nonsending) (BelfryClient, String) async throws -> JSON
    ) async throws {
        try await connection.run { client in
            let answer = try await call(client, route)
            try Output.put(lines: [json ? answer.text : "\(done) \(route)"])
        }
    }
}
