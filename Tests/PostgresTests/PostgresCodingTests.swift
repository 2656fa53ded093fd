import Foundation
import Postgres
import Testing

@Suite struct PostgresCodingTests {
    typealias Value = PostgresEncodable & PostgresDecodable & Equatable

    /// Binds every value, reads it back, and has the server say what it took it for.
    private func expectRoundTrips<V: Value>(_ values: [V], typeName: String) async throws {
        let connection = try await newConnection()
        for value in values {
            let result = try await connection.query("SELECT \(value), pg_typeof(\(value))::text")
            #expect(try result[0].get(0, as: V.self) == value)
            #expect(try result[0].get(1, as: String.self) == typeName)
        }
    }

    @Test func integersOfEverySizeComeBack() async throws {
        try await expectRoundTrips([Int.min, -1, 0, 1, .max], typeName: "bigint")
        try await expectRoundTrips([Int64.min, 0, .max], typeName: "bigint")
        try await expectRoundTrips([Int32.min, 0, .max], typeName: "integer")
        try await expectRoundTrips([Int16.min, 0, .max], typeName: "smallint")
    }

    @Test func doublesAndBooleansComeBack() async throws {
        try await expectRoundTrips(
            [0.1, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity], typeName: "double precision")
        try await expectRoundTrips([true, false], typeName: "boolean")
    }

    @Test func textComesBackUntouched() async throws {
        try await expectRoundTrips(
            ["", "it's \"quoted\" \\ and $1 % _", "Grüße, 世界 👩‍👩‍👧‍👦", "line\nline\ttab", "\u{1}"], typeName: "text")
    }

    @Test func bytesIdentifiersAndJSONComeBack() async throws {
        try await expectRoundTrips([[UInt8](0...255), []], typeName: "bytea")
        try await expectRoundTrips([UUID(), UUID(uuid: zeros)], typeName: "uuid")
        try await expectRoundTrips([JSONB(#"{"a": [1, null, "ü\"\\"]}"#), JSONB("null")], typeName: "jsonb")
    }

    @Test func bigJSONComesBack() async throws {
        let items = (0..<50_000).map { #""item \#($0)""# }.joined(separator: ", ")
        try await expectRoundTrips([JSONB("[\(items)]")], typeName: "jsonb")
    }

    @Test func datesComeBackToTheMicrosecond() async throws {
        try await expectRoundTrips(
            [
                Date(timeIntervalSince1970: 0), Date(timeIntervalSince1970: 1_784_000_000.123456),
                Date(timeIntervalSince1970: 946_684_800), Date(timeIntervalSinceReferenceDate: .infinity),
                Date(timeIntervalSinceReferenceDate: -.infinity),
            ], typeName: "timestamp with time zone")
    }

    @Test func datesMeanTheSameToTheServer() async throws {
        let connection = try await newConnection()
        let expected: [(String, Double)] = [
            ("2000-01-01 00:00:00+00", 946_684_800), ("1969-12-31 23:59:59.999999+00", -0.000001),
            ("4713-01-01 00:00:00+00 BC", -210_863_520_000),
            ("294276-12-31 00:00:00+00", 9_224_317_929_600),
        ]
        for (text, seconds) in expected {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(try await connection.one("SELECT \(date)::text") == text)
            #expect(try await connection.one("SELECT \(text)::text::timestamptz") == date)
        }
    }

    @Test func nullsComeBackAsNil() async throws {
        try await expectRoundTrips([String?.none, "", "x"], typeName: "text")
        try await expectRoundTrips([Int?.none, 0], typeName: "bigint")
        try await expectRoundTrips([Date?.none, Date(timeIntervalSince1970: 1)], typeName: "timestamp with time zone")
        try await expectRoundTrips([[String]?.none, []], typeName: "text[]")
    }

    @Test func arraysComeBack() async throws {
        try await expectRoundTrips([["a", "", "{\"b\",NULL}", "ü"], []], typeName: "text[]")
        try await expectRoundTrips([[UUID(), UUID()], []], typeName: "uuid[]")
        try await expectRoundTrips([[Int.min, .max], []], typeName: "bigint[]")
        try await expectRoundTrips([[Int32(1)], []], typeName: "integer[]")
        try await expectRoundTrips([[Int16(1)], []], typeName: "smallint[]")
        try await expectRoundTrips([[1.5], []], typeName: "double precision[]")
        try await expectRoundTrips([[true, false]], typeName: "boolean[]")
        try await expectRoundTrips([[[UInt8(1), 0], []]], typeName: "bytea[]")
        try await expectRoundTrips([[JSONB("{}"), JSONB("[1]")]], typeName: "jsonb[]")
    }

    @Test func arraysWithNullsComeBack() async throws {
        try await expectRoundTrips([["a", nil, "NULL"], [nil], []] as [[String?]], typeName: "text[]")
        try await expectRoundTrips([[nil, Date(timeIntervalSince1970: 5)]], typeName: "timestamp with time zone[]")
        try await expectRoundTrips([[nil, [UInt8(7)]]] as [[[UInt8]?]], typeName: "bytea[]")
    }

    @Test func emptyArrayIsTheServersEmptyArray() async throws {
        let connection = try await newConnection()
        #expect(try await connection.one("SELECT \([String]()) = '{}'::text[]"))
        #expect(try await connection.one("SELECT '{}'::int8[]", as: [Int].self) == [])
    }

    @Test func unnestedArraysBecomeRows() async throws {
        let connection = try await newConnection()
        let names: [String?] = ["a", nil]
        let result = try await connection.query(
            "SELECT name, place FROM unnest(\(names), \([1, 2])) AS row (name, place) ORDER BY place")
        #expect(try result.map { try $0.get("name", as: String?.self) } == names)
        #expect(try result.map { try $0.get("place", as: Int.self) } == [1, 2])
    }

    @Test func narrowColumnsWidenAndEnumsAreText() async throws {
        let connection = try await newConnection()
        try await connection.run(script: "CREATE TYPE mood AS ENUM ('sad', 'glad')")
        let result = try await connection.query(
            "SELECT 1::int2, 2::int4, 1.5::float4, 'glad'::mood, 'n'::name, 'v'::varchar, '{\"a\":1}'::json")
        let row = result[0]
        #expect(try row.get(0, as: Int.self) == 1)
        #expect(try row.get(1, as: Int.self) == 2)
        #expect(try row.get(2, as: Double.self) == 1.5)
        #expect(try (3...6).map { try row.get($0, as: String.self) } == ["glad", "n", "v", "{\"a\":1}"])
    }

    @Test func wrongReadingIsAnErrorThatNamesTheColumn() async throws {
        let connection = try await newConnection()
        let row = try await connection.query("SELECT NULL::text AS a, 1::int8 AS b, 40000 AS c")[0]
        for (column, read) in [
            ("a", { () throws(PostgresError) in _ = try row.get("a", as: String.self) }),
            ("b", { () throws(PostgresError) in _ = try row.get("b", as: String?.self) }),
            ("c", { () throws(PostgresError) in _ = try row.get("c", as: Int16.self) }),
            ("d", { () throws(PostgresError) in _ = try row.get("d", as: Int.self) }),
            ("#7", { () throws(PostgresError) in _ = try row.get(7, as: Int.self) }),
        ] as [(String, () throws(PostgresError) -> Void)] {
            let error = #expect(throws: PostgresError.self) { try read() }
            guard case .decoding(column, _) = error else {
                Issue.record("\(column): \(String(describing: error))")
                continue
            }
        }
    }

    @Test func rowsOutliveTheirResult() async throws {
        let connection = try await newConnection()
        let rows = try await connection.query("SELECT n, repeat('x', n) FROM generate_series(0, 999) n").rows
        try await connection.query("SELECT 1")
        #expect(try rows.allSatisfy { try $0.get(1, as: String.self).count == $0.get(0, as: Int.self) })
        #expect(rows.count == 1000)
    }
}

private let zeros: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
