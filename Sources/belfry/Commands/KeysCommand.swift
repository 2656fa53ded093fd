import API
import ArgumentParser
import Documents
import Foundation
import Notifications

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make, list, rotate and revoke API keys.",
        discussion: """
            Works on the database that BELFRY_DATABASE_URL names.

            Example: belfry keys create --name backend --scopes send,read
            """,
        subcommands: [Create.self, List.self, Rotate.self, Revoke.self])

    /// Lends the keys to the body.
    nonisolated(nonsending) static func run(
        _ body: nonisolated(nonsending) (KeyMint) async throws -> Void
    ) async throws {
        let context = try ProcessContext(settings: Settings(), label: "belfry-keys")
        let result: Result<Void, any Error>
        do {
            try await context.checkSchema()
            result = .success(try await body(KeyMint(context)))
        } catch {
            result = .failure(error)
        }
        await context.close()
        try result.get()
    }

    static func unknown(_ id: String) -> CommandFailure {
        CommandFailure(
            "There is no key \(id) that is still good and was not replaced. `belfry keys list` shows them all.")
    }
}

extension Scope {
    fileprivate static let words = allCases.map(\.rawValue).joined(separator: ", ")
}

extension KeysCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key and print it. It is shown this once only.")

        @Option(help: "Whose key it is: tenants see nothing of each other.")
        var tenant = KeyMint.defaultTenant

        @Option(help: "What it is for.")
        var name: String

        @Option(help: "What it may do, separated by commas: \(Scope.words).")
        var scopes = "send,read,stream"

        @Flag(help: "A key to try things with: what is sent with it goes to the simulator, whatever its channels.")
        var test = false

        @Option(help: "Requests a second it may send to each process; 0 is no limit. Default: BELFRY_KEY_RATE.")
        var rate: Int?

        @Option(help: "How long it is good, e.g. 90d. Default: for ever.")
        var expiresIn: String?

        @Flag(help: "Print one JSON document.")
        var json = false

        func validate() throws {
            let scopes = try chosenScopes()
            if test, scopes.contains(.operator) { throw ValidationError("no test key has the scope operator") }
            if let expiresIn, Duration(shorthand: expiresIn) == nil {
                throw ValidationError("--expires-in must be a duration such as 12h or 90d")
            }
            if let rate, !KeyOrder.rates.contains(rate) { throw ValidationError("--rate must be 0…1000000") }
            if tenant.isEmpty || tenant.utf8.count > 64 { throw ValidationError("--tenant must be 1…64 bytes") }
            if HouseTenant.isOne(tenant) {
                throw ValidationError("--tenant must not begin with \(HouseTenant.prefix), which is Belfry's own")
            }
        }

        private func chosenScopes() throws -> Set<Scope> {
            try scopes.split(separator: ",").reduce(into: Set<Scope>()) { chosen, word in
                guard let scope = Scope(rawValue: String(word)) else {
                    throw ValidationError("\(word) is no scope; there are \(Scope.words)")
                }
                chosen.insert(scope)
            }
        }

        func run() async throws {
            try await KeysCommand.run { mint in
                let lifetime = expiresIn.flatMap { Duration(shorthand: $0) }
                let order = KeyOrder(
                    tenant: tenant, name: name, scopes: try chosenScopes(), isTest: test, rate: rate,
                    expiresAt: lifetime.map { mint.now().addingTimeInterval($0.timeInterval) })
                try await KeysCommand.show(try await mint.make(order), mint, asJSON: json)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all keys, without their secrets.")

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() async throws {
            try await KeysCommand.run { mint in
                let keys = try await mint.keys.keys()
                let now = mint.now()
                let document: JSON = ["items": .array(keys.map { .object($0.json(at: now)) })]
                let table = TextTable(columns: KeyStore.StoredKey.columns, rows: keys.map { $0.cells(at: now) })
                try Output.put(lines: json ? [document.text] : table.lines(on: .current))
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a key for good. Running processes refuse it within 30 seconds.")

        @Argument(help: "The key's id, as `belfry keys list` shows it.")
        var id: String

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() async throws {
            try await KeysCommand.run { mint in
                guard try await mint.keys.revoke(id), let key = try await mint.keys.key(id) else {
                    throw KeysCommand.unknown(id)
                }
                let document = JSON.object(key.json(at: mint.now()))
                try Output.put(lines: [json ? document.text : "revoked \(id)"])
            }
        }
    }
}
