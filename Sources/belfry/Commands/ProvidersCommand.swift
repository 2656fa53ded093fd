import ArgumentParser
import BelfryClient
import Foundation
import Notifications

struct ProvidersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "Show the providers of each route, and limit them.",
        discussion: """
            Needs a key with the scope `operator`.

            Examples: belfry providers
                      belfry providers limit ses --route email --rate 14 --max-concurrent 20
            """,
        subcommands: [Show.self, Limit.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how each provider is, its limits and what is left of them.")

        @Flag(help: "Print one JSON document.")
        var json = false

        @OptionGroup(title: "Which Belfry") var connection: ConnectionOptions

        func run() async throws {
            try await connection.run { client in
                let providers = try await client.providers()
                let document: JSON = ["items": .array(providers.map(\.json))]
                try Output.put(
                    lines: json ? [document.text] : Show.table(providers, at: Date()).lines(on: .current))
            }
        }

        static func table(_ providers: [ProviderReport], at now: Date) -> TextTable {
            TextTable(
                columns: [
                    .text("ROUTE"), .text("PROVIDER"), .number("RATE/S"), .number("BURST"), .number("TOKENS"),
                    .number("CONCURRENT"), .number("IN FLIGHT"), .number("FAILING"), .number("LATENCY"), .text("STATE"),
                ],
                rows: providers.map { provider in
                    let limits = provider.limits
                    let counts = [
                        limits.ratePerSecond.map { "\($0)" }, limits.ratePerSecond.map { _ in "\(limits.burst)" },
                        provider.tokens.map { "\($0)" }, limits.maxConcurrent.map { "\($0)" },
                        provider.inFlight.map { "\($0)" }, provider.failurePercent.map { "\($0)%" },
                        provider.latencyMilliseconds.map { "\(Int($0.rounded()))ms" },
                    ].map { StyledText($0 ?? "-", $0 == nil ? .dim : .plain) }
                    return [StyledText(provider.route), StyledText(provider.provider)] + counts + [state(provider, now)]
                })
        }

        private static func state(_ provider: ProviderReport, _ now: Date) -> StyledText {
            if provider.circuit == "halfOpen" { return StyledText("being tried", .waiting) }
            if provider.circuit == "open" {
                let wait = max(0, provider.circuitUntil?.timeIntervalSince(now) ?? 0)
                return StyledText("fails, tried again in \(wait.briefSeconds)", .bad)
            }
            guard let until = provider.blockedUntil, until > now else { return "ready" }
            return StyledText("waits \(until.timeIntervalSince(now).briefSeconds)", .waiting)
        }
    }
}
