/// A value that can stand in a Swift array that is bound or read.
///
/// `[T]` is an array of `T`, with one exception: `[UInt8]` is a `bytea`.
public protocol PostgresArrayElement: Sendable {
    static var postgresArrayType: PostgresType { get }
    static func encodeArray(_ array: [Self], into buffer: inout PostgresBuffer)
    static func decodeArray(_ cell: PostgresCell) -> [Self]?
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.postgresArrayType }

    public func encode(into buffer: inout PostgresBuffer) { Element.encodeArray(self, into: &buffer) }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public init?(postgres cell: PostgresCell) {
        guard let array = Element.decodeArray(cell) else { return nil }
        self = array
    }
}

/// **Source:** `array_send` and `array_recv` of PostgreSQL: number of dimensions, flag for NULLs, element type, then
/// per dimension its size and lower bound, then every element behind its length.
extension PostgresArrayElement where Self: PostgresEncodable & PostgresDecodable {
    public static func encodeArray(_ array: [Self], into buffer: inout PostgresBuffer) {
        buffer.write(Int32(1))
        // "May hold NULLs": the server counts for itself.
        buffer.write(Int32(1))
        buffer.write(postgresType.rawValue)
        buffer.write(Int32(array.count))
        buffer.write(Int32(1))
        for element in array { buffer.writeField(element) }
    }

    public static func decodeArray(_ cell: PostgresCell) -> [Self]? {
        guard cell.type == postgresArrayType, let bytes = cell.bytes else { return nil }
        var reader = ArrayReader(bytes)
        guard let dimensions = reader.next(Int32.self), reader.next(Int32.self) != nil,
            let type = reader.next(UInt32.self)
        else { return nil }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count = reader.next(Int32.self), count >= 0,
            reader.next(Int32.self) != nil
        else { return nil }
        var array: [Self] = []
        array.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let cell = reader.nextCell(of: PostgresType(rawValue: type)), let element = Self(postgres: cell)
            else {
                return nil
            }
            array.append(element)
        }
        return array
    }
}

extension Optional: PostgresArrayElement
where Wrapped: PostgresArrayElement & PostgresEncodable & PostgresDecodable {
    public static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }
}

extension UInt8: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .bytea }

    public static func encodeArray(_ array: [UInt8], into buffer: inout PostgresBuffer) { buffer.write(array) }

    public static func decodeArray(_ cell: PostgresCell) -> [UInt8]? {
        cell.type == .bytea ? cell.bytes.map(Array.init) : nil
    }
}

extension Array: PostgresArrayElement where Element == UInt8 {
    public static var postgresArrayType: PostgresType { .byteaArray }
}

/// Walks through the bytes of an array, answering nil where they end too early.
private struct ArrayReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func next<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        let size = MemoryLayout<Number>.size
        guard rest.count >= size else { return nil }
        let number = rest.withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
        rest = rest.dropFirst(size)
        return Number(bigEndian: number)
    }

    mutating func nextCell(of type: PostgresType) -> PostgresCell? {
        guard let length = next(Int32.self) else { return nil }
        guard length >= 0 else { return PostgresCell(type: type, bytes: nil) }
        guard rest.count >= Int(length) else { return nil }
        defer { rest = rest.dropFirst(Int(length)) }
        return PostgresCell(type: type, bytes: rest.prefix(Int(length)))
    }
}
