import ArgumentParser
import BelfryClient
import Notifications

extension ProvidersCommand {
    struct Limit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the limits of a provider on a route, in place of those there were.",
            discussion: """
                They hold over all workers, which know them within 10 seconds. What is not said is not limited.

                Examples: belfry providers limit ses --route email --rate 14
                          belfry providers limit ses --route email --none
                """)

        @Argument(help: "The provider's name.")
        var provider: String

        @Option(help: "The route: an account that serves two is split by giving each its share.")
        var route: String

        @Option(help: "Messages a second, 0.01…100000; one to several devices counts as so many.")
        var rate: Double?

        @Option(help: "Messages at once after a while without any. Default: a tenth of a second's, and one.")
        var burst: Int?

        @Option(help: "Calls under way at once.")
        var maxConcurrent: Int?

        @Flag(help: "No limits.")
        var none = false

        @Flag(help: "Print one JSON document.")
        var json = false

        @OptionGroup(title: "Which Belfry") var connection: ConnectionOptions

        func validate() throws {
            if none == (rate != nil || maxConcurrent != nil) {
                throw ValidationError("Say --rate, --max-concurrent or both, or else --none.")
            }
            if burst != nil, rate == nil { throw ValidationError("--burst means nothing without --rate.") }
        }

        func run() async throws {
            let limits = ProviderLimits(ratePerSecond: rate, burst: burst, maxConcurrent: maxConcurrent)
            try await connection.run { client in
                let answer = try await client.limit(provider, on: route, to: limits)
                let words = limits.isNone ? "\(provider) has no limits on \(route)" : "limited \(provider) on \(route)"
                try Output.put(lines: [json ? answer.text : words])
            }
        }
    }
}
