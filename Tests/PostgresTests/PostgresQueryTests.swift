import Foundation
import Postgres
import Testing

@Suite struct PostgresQueryTests {
    @Test func interpolatedValuesBecomePlaceholders() {
        let query: PostgresQuery = "SELECT \(1), \("x") FROM \(unescaped: "things") WHERE a = \(Bool?.none)"
        #expect(query.sql == "SELECT $1, $2 FROM things WHERE a = $3")
        #expect(query.bindings.count == 3)
    }

    @Test func boundTextIsNeverRun() async throws {
        let connection = try await newConnection()
        try await connection.run(script: "CREATE TABLE names (name text)")
        let attack = "'); DROP TABLE names; --"
        let inserted = try await connection.query("INSERT INTO names (name) VALUES (\(attack))")
        #expect(inserted.affected == 1)
        #expect(try await connection.one("SELECT name FROM names") == attack)
    }

    @Test(
        arguments: [
            "SELECT \("secret\u{0}")", "SELECT \(["a", "secret\u{0}"])", "SELECT \(JSONB("\"secret\u{0}\""))",
            "SELECT \(unescaped: "'secret\u{0}'")", "SELECT \(Date(timeIntervalSinceReferenceDate: .nan))",
            "SELECT \(Date(timeIntervalSinceReferenceDate: 1e300))",
        ] as [PostgresQuery])
    func valuesPostgresCannotHoldAreRefusedBeforeSending(query: PostgresQuery) async throws {
        let connection = try await newConnection()
        let error = await #expect(throws: PostgresError.self) { try await connection.query(query) }
        guard case .invalidArgument = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!String(reflecting: error).contains("secret"))
        #expect(try await connection.one("SELECT 1", as: Int.self) == 1)
    }

    @Test func moreValuesThanTheProtocolCanCountAreRefused() async throws {
        let connection = try await newConnection()
        var interpolation = PostgresQuery.StringInterpolation(literalCapacity: 0, interpolationCount: 65_536)
        interpolation.appendLiteral("SELECT 1")
        for number in 0..<65_536 { interpolation.appendInterpolation(number) }
        let query = PostgresQuery(stringInterpolation: interpolation)
        let error = await #expect(throws: PostgresError.self) { try await connection.query(query) }
        #expect(error?.description == "the query was not sent: more than 65535 values")
    }

    @Test func affectedRowsAreCounted() async throws {
        let connection = try await newConnection()
        try await connection.run(script: "CREATE TABLE t (n bigint)")
        let insert: PostgresQuery = "INSERT INTO t SELECT generate_series(1, \(7)::bigint)"
        #expect(try await connection.query(insert).affected == 7)
        #expect(try await connection.query("UPDATE t SET n = 0 WHERE n > \(4)").affected == 3)
        #expect(try await connection.query("SET work_mem = '4MB'").affected == 0)
    }
}
