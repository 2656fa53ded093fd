extension Int: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int8 }
    public static var postgresArrayType: PostgresType { .int8Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(Int64(self)) }

    public init?(postgres cell: PostgresCell) {
        guard let value = cell.integer(Int.self) else { return nil }
        self = value
    }
}

extension Int64: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int8 }
    public static var postgresArrayType: PostgresType { .int8Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(self) }

    public init?(postgres cell: PostgresCell) {
        guard let value = cell.integer(Int64.self) else { return nil }
        self = value
    }
}

extension Int32: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int4 }
    public static var postgresArrayType: PostgresType { .int4Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(self) }

    public init?(postgres cell: PostgresCell) {
        guard let value = cell.integer(Int32.self) else { return nil }
        self = value
    }
}

extension Int16: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int2 }
    public static var postgresArrayType: PostgresType { .int2Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(self) }

    public init?(postgres cell: PostgresCell) {
        guard let value = cell.integer(Int16.self) else { return nil }
        self = value
    }
}

extension Double: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .float8 }
    public static var postgresArrayType: PostgresType { .float8Array }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(bitPattern) }

    public init?(postgres cell: PostgresCell) {
        if cell.type == .float8, let bits = cell.number(UInt64.self) {
            self.init(bitPattern: bits)
        } else if cell.type == .float4, let bits = cell.number(UInt32.self) {
            self.init(Float(bitPattern: bits))
        } else {
            return nil
        }
    }
}

extension Bool: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .bool }
    public static var postgresArrayType: PostgresType { .boolArray }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(UInt8(self ? 1 : 0)) }

    public init?(postgres cell: PostgresCell) {
        guard cell.type == .bool, let byte = cell.number(UInt8.self) else { return nil }
        self = byte != 0
    }
}
