import ArgumentParser
import BelfryClient
import Foundation
import Notifications

/// Which Belfry a command talks to.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "Where the API is. Default: BELFRY_URL, else http://127.0.0.1:8080.")
    var url: String?

    @Option(help: "The API key. Default: BELFRY_KEY, which `ps` does not show to others.")
    var key: String?

    /// Lends a client to the body. What Belfry refuses is told along with what to do about it.
    nonisolated(nonsending) func run(_ body: nonisolated(nonsending) (BelfryClient) async throws -> Void) async throws {
        let configuration = try configuration(ProcessInfo.processInfo.environment)
        do { try await BelfryClient.run(configuration, body) } catch let error as BelfryClientError {
            let advice = ConnectionOptions.advice(error, url: configuration.url)
            throw CommandFailure([error.description, advice].compactMap(\.self).joined(separator: "\n  "))
        }
    }

    func configuration(_ environment: [String: String]) throws -> BelfryClientConfiguration {
        guard let key = key ?? environment["BELFRY_KEY"], !key.isEmpty else {
            throw CommandFailure(
                "An API key is needed: set BELFRY_KEY, or give --key.\n  `belfry keys create --name me` makes one.")
        }
        let url = url ?? environment["BELFRY_URL"].flatMap { $0.isEmpty ? nil : $0 } ?? "http://127.0.0.1:8080"
        var configuration = BelfryClientConfiguration(url: url, key: key)
        // Whoever waits before a terminal is told at once, and when to try again.
        configuration.retries = 0
        return configuration
    }

    /// What to do about it, as far as that is known.
    static func advice(_ error: BelfryClientError, url: String) -> String? {
        switch error.code {
        case "unreachable", "connectionLost": "Is `belfry api` or `belfry up` running at \(url)? --url names another."
        case "timedOut": "`belfry doctor` says whether its servers are well."
        case "unauthorized": "`belfry keys list` shows the keys there are, `belfry keys create` makes one."
        case "missingScope":
            "`belfry keys create --scopes send,read,stream,admin,operator` makes a key that may do all."
        case "invalidURL": "The URL is from --url or BELFRY_URL."
        default:
            error.isRetryable
                ? "Try again\(error.retryAfter.map { " in \($0.shorthand)" } ?? " in a while")." : nil
        }
    }
}
