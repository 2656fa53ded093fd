/// One statement and its bound values.
///
///     let query: PostgresQuery = "SELECT id FROM notifications WHERE tenant = \(tenant)"
///
/// An interpolated value never becomes part of the SQL: it is written as `$1` and travels beside it.
public struct PostgresQuery: Sendable, ExpressibleByStringInterpolation {
    /// The statement, with `$1`, `$2` … where values were.
    public let sql: String
    public let bindings: PostgresBindings

    public init(stringLiteral value: String) {
        sql = value
        bindings = PostgresBindings()
    }

    public init(stringInterpolation: StringInterpolation) {
        sql = stringInterpolation.sql
        bindings = stringInterpolation.bindings
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql = ""
        fileprivate var bindings = PostgresBindings()

        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        public mutating func appendLiteral(_ literal: String) {
            sql += literal
        }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) {
            bindings.append(value)
            sql += "$\(bindings.count)"
        }

        /// Binds a value, or NULL.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            bindings.append(value)
            sql += "$\(bindings.count)"
        }

        /// Puts text into the SQL as it is. For names and clauses written in our own source, never for anything a
        /// caller sent; and rarely, since every distinct text is prepared anew.
        public mutating func appendInterpolation(unescaped text: String) {
            sql += text
        }
    }
}

/// The values of a query, encoded one behind the other.
public struct PostgresBindings: Sendable {
    private(set) var types: [PostgresType] = []
    private(set) var buffer = PostgresBuffer()
    /// Where in the buffer each value's length stands, the value itself following.
    private(set) var starts: [Int] = []

    public init() {}

    public var count: Int { types.count }

    public mutating func append<Value: PostgresEncodable>(_ value: Value) {
        types.append(Value.postgresType)
        starts.append(buffer.bytes.count)
        buffer.writeField(value)
    }
}
