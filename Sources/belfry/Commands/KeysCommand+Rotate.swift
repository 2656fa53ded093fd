import API
import ArgumentParser
import Documents
import Foundation
import Notifications

extension KeysCommand {
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace a key by a new one that may do the same.",
            discussion: """
                Both are good until the overlap is over; then the old one ends.

                Example: belfry keys rotate Xk29sQ0aPzLm --overlap 24h
                """)

        @Argument(help: "The old key's id, as `belfry keys list` shows it.")
        var id: String

        @Option(help: "How long the old key stays good; 0s ends it at once.")
        var overlap = "24h"

        @Flag(help: "Print one JSON document.")
        var json = false

        func validate() throws {
            if Duration(shorthand: overlap) == nil {
                throw ValidationError("--overlap must be a duration such as 12h or 7d")
            }
        }

        func run() async throws {
            try await KeysCommand.run { mint in
                let overlap = Duration(shorthand: overlap) ?? .zero
                guard let old = try await mint.keys.key(id), let key = try await mint.rotate(old, overlap: overlap)
                else { throw KeysCommand.unknown(id) }
                try await KeysCommand.show(key, mint, asJSON: json)
                if let end = try await mint.keys.key(id)?.expiresAt {
                    complain("\(id) is good until \(Timestamp.text(end)).")
                }
            }
        }
    }

    /// Prints a new key, this once.
    nonisolated(nonsending) static func show(
        _ key: APIKey, _ mint: KeyMint, asJSON: Bool
    ) async throws {
        guard asJSON, let stored = try await mint.keys.key(key.id) else { return try Output.put(lines: [key.text]) }
        var object = stored.json(at: mint.now())
        object.append("key", .string(key.text))
        try Output.put(lines: [JSON.object(object).text])
    }
}

extension KeyStore.StoredKey {
    static var columns: [TextTable.Column] {
        [
            .text("ID"), .text("STATE"), .text("TENANT"), .text("SCOPES"), .text("RATE"), .text("CREATED"),
            .text("EXPIRES"),
            .text("NAME"),
        ]
    }

    func cells(at now: Date) -> [StyledText] {
        let state = state(at: now)
        let cells = [
            tenant, scopeWords.joined(separator: ","), rate.map { "\($0)" } ?? "", createdAt.brief,
            expiresAt?.brief ?? "", name,
        ]
        return [StyledText(id), StyledText(state, state == "valid" ? .good : .dim)] + cells.map { StyledText($0) }
    }
}
