import API
import ArgumentParser
import Documents
import Foundation
import Notifications

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make, list and revoke API keys.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key and print it. It is shown this once only.")

        @Option(help: "Whose key it is: tenants see nothing of each other.")
        var tenant = KeyMint.defaultTenant

        @Option(help: "What it is for.")
        var name: String

        @Option(help: "What it may do, separated by commas: send, read, admin, stream.")
        var scopes = "send,read,stream"

        @Option(help: "How long it is good, e.g. 90d. Default: for ever.")
        var expiresIn: String?

        func validate() throws {
            _ = try chosenScopes()
            if let expiresIn, Duration(shorthand: expiresIn) == nil {
                throw ValidationError("--expires-in must be a duration such as 12h or 90d")
            }
            if tenant.isEmpty || tenant.utf8.count > 64 { throw ValidationError("--tenant must be 1…64 bytes") }
        }

        private func chosenScopes() throws -> Set<Scope> {
            try scopes.split(separator: ",").reduce(into: Set<Scope>()) { chosen, word in
                guard let scope = Scope(rawValue: String(word)) else {
                    throw ValidationError("\(word) is no scope; there are send, read, admin, stream")
                }
                chosen.insert(scope)
            }
        }

        func run() async throws {
            let context = try ProcessContext(settings: Settings(), label: "belfry-keys")
            try await context.checkSchema()
            let lifetime = expiresIn.flatMap { Duration(shorthand: $0) }
            let key = try await KeyMint(context: context).make(
                tenant: tenant, name: name, scopes: try chosenScopes(),
                expiresAt: lifetime.map { context.clock.now.addingTimeInterval($0.timeInterval) })
            say(key.text)
            await context.close()
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all keys, without their secrets.")

        func run() async throws {
            let context = try ProcessContext(settings: Settings(), label: "belfry-keys")
            try await context.checkSchema()
            for key in try await KeyStore(pool: context.pool).keys() {
                let state = key.isValid(at: context.clock.now) ? "valid" : key.revokedAt == nil ? "expired" : "revoked"
                let scopes = key.scopes.map(\.rawValue).sorted().joined(separator: ",")
                say(
                    [key.id, state, key.tenant, scopes, Timestamp.text(key.createdAt), key.name].joined(separator: "\t")
                )
            }
            await context.close()
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a key for good. Running processes refuse it within 30 seconds.")

        @Argument(help: "The key's id, as `belfry keys list` shows it.")
        var id: String

        func run() async throws {
            let context = try ProcessContext(settings: Settings(), label: "belfry-keys")
            try await context.checkSchema()
            let revoked = try await KeyStore(pool: context.pool).revoke(id)
            await context.close()
            if !revoked { throw ValidationError("there is no key \(id); `belfry keys list` shows them all") }
            say("revoked \(id)")
        }
    }
}
