/// A value that can be bound to a query.
public protocol PostgresEncodable: Sendable {
    /// The type declared to the server, so that it never has to guess.
    static var postgresType: PostgresType { get }

    /// Writes the binary form of the value, without its length.
    func encode(into buffer: inout PostgresBuffer)
}

/// A value that can be read from a column.
public protocol PostgresDecodable: Sendable {
    /// Nil when the cell is NULL or of a type that this one cannot hold.
    init?(postgres cell: PostgresCell)
}

/// One column of one row, in Postgres' binary format.
public struct PostgresCell: Sendable {
    public let type: PostgresType
    /// Nil for NULL.
    public let bytes: ArraySlice<UInt8>?

    /// The number in the bytes, or nil if they are not exactly as many as `Number` has.
    func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        guard let bytes, bytes.count == MemoryLayout<Number>.size else { return nil }
        return Number(bigEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: Number.self) })
    }

    /// A number of any of the three integer types, if `Number` can hold it.
    func integer<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        switch type {
        case .int2: number(Int16.self).flatMap(Number.init(exactly:))
        case .int4: number(Int32.self).flatMap(Number.init(exactly:))
        case .int8: number(Int64.self).flatMap(Number.init(exactly:))
        default: nil
        }
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public static var postgresType: PostgresType { Wrapped.postgresType }

    public func encode(into buffer: inout PostgresBuffer) {
        if let self { self.encode(into: &buffer) } else { buffer.writeNull() }
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public init?(postgres cell: PostgresCell) {
        guard cell.bytes != nil else {
            self = .none
            return
        }
        guard let value = Wrapped(postgres: cell) else { return nil }
        self = value
    }
}
