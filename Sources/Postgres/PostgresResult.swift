/// What a statement answered: its rows, copied out of libpq.
public struct PostgresResult: Sendable, RandomAccessCollection {
    let cells: ResultCells

    /// How many rows an `INSERT`, `UPDATE`, `DELETE`, `MERGE` or `SELECT` touched; zero for anything else.
    public let affected: Int

    public var startIndex: Int { 0 }
    public var endIndex: Int { cells.rowCount }

    public subscript(position: Int) -> PostgresRow {
        precondition(indices.contains(position), "row out of range")
        return PostgresRow(cells: cells, index: position)
    }

    /// The same as an array.
    public var rows: [PostgresRow] { Array(self) }
}

/// One row of a result. Keeping a row keeps its whole result in memory.
public struct PostgresRow: Sendable {
    let cells: ResultCells
    let index: Int

    /// The value of a column by its position, from zero.
    ///
    /// - Throws: ``PostgresError/decoding(column:expected:)`` if there is no such column, if it is NULL and `Value` is
    ///   not an optional, or if its type is one that `Value` cannot hold.
    public func get<Value: PostgresDecodable>(
        _ column: Int, as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard cells.columns.indices.contains(column) else {
            throw .decoding(column: "#\(column)", expected: "a column")
        }
        guard let value = Value(postgres: cells.cell(row: index, column: column)) else {
            throw .decoding(column: cells.columns[column].name, expected: "\(Value.self)")
        }
        return value
    }

    /// The value of a column by its name; of several with one name, the first.
    ///
    /// - Throws: as ``get(_:as:)-(Int,_)``.
    public func get<Value: PostgresDecodable>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let position = cells.columns.firstIndex(where: { $0.name == column }) else {
            throw .decoding(column: column, expected: "a column")
        }
        return try get(position)
    }
}

struct ResultColumn: Sendable {
    let name: String
    let type: PostgresType
}

/// All cells of a result in one run of bytes, shared by its rows.
final class ResultCells: Sendable {
    /// Where a cell's bytes are; a negative count is NULL.
    struct Place: Sendable {
        let start: Int
        let count: Int
    }

    let columns: [ResultColumn]
    let rowCount: Int
    private let places: [Place]
    private let bytes: [UInt8]

    init(columns: [ResultColumn], rowCount: Int, places: [Place], bytes: [UInt8]) {
        self.columns = columns
        self.rowCount = rowCount
        self.places = places
        self.bytes = bytes
    }

    func cell(row: Int, column: Int) -> PostgresCell {
        let place = places[row * columns.count + column]
        let type = columns[column].type
        guard place.count >= 0 else { return PostgresCell(type: type, bytes: nil) }
        return PostgresCell(type: type, bytes: bytes[place.start..<place.start + place.count])
    }
}
