import Postgres
import Testing

@Suite struct PostgresErrorTests {
    /// Provokes a unique violation over a value that must not leak.
    private func violation(on connection: PostgresConnection) async throws -> PostgresError? {
        try await connection.run(script: "CREATE TABLE people (email text CONSTRAINT one_each UNIQUE)")
        try await connection.query("INSERT INTO people VALUES (\("canary@example.org"))")
        return await #expect(throws: PostgresError.self) {
            try await connection.query("INSERT INTO people VALUES (\("canary@example.org"))")
        }
    }

    @Test func serverErrorTellsItsCodeAndPlace() async throws {
        let connection = try await newConnection()
        guard case .server(let error) = try await violation(on: connection) else {
            Issue.record("not a server error")
            return
        }
        #expect(error.sqlState == .uniqueViolation)
        #expect(error.severity == "ERROR")
        #expect(error.constraint == "one_each")
        #expect(error.table == "people")
    }

    @Test func descriptionLeaksNothingAndDebugDescriptionTells() async throws {
        let connection = try await newConnection()
        let error = try #require(try await violation(on: connection))
        #expect("\(error)" == "Postgres error 23505")
        #expect(error.isUniqueViolation)
        #expect(!error.isConnectionLoss)
        for word in ["canary@example.org", "one_each", "people", "23505"] {
            #expect(error.debugDescription.contains(word))
        }
    }

    @Test func connectionSurvivesAnErrorOfItsStatement() async throws {
        let connection = try await newConnection()
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELEC 1") }
        #expect(error?.state?.rawValue == "42601")
        #expect(try await connection.one("SELECT 1", as: Int.self) == 1)
    }

    @Test func copyIsRefusedAndBreaksTheConnectionInsteadOfHanging() async throws {
        let connection = try await newConnection()
        await #expect(throws: PostgresError.self) { try await connection.run(script: "COPY (SELECT 1) TO STDOUT") }
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
        #expect(error?.isConnectionLoss == true)
    }
}
