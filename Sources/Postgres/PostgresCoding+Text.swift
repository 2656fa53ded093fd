public import Foundation

extension String: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .text }
    public static var postgresArrayType: PostgresType { .textArray }

    public func encode(into buffer: inout PostgresBuffer) { buffer.write(text: self) }

    /// Reads `text`, `varchar`, `char(n)`, `name`, `json` and the label of an enum.
    public init?(postgres cell: PostgresCell) {
        guard cell.type.isTextual, let bytes = cell.bytes else { return nil }
        self.init(decoding: bytes, as: UTF8.self)
    }
}

/// A JSON text bound for a `jsonb` column or come from one; this driver does not look inside.
///
/// The server normalises it: insignificant space goes, keys are reordered, of equal keys the last stays.
public struct JSONB: Sendable, Hashable {
    public var text: String

    public init(_ text: String) {
        self.text = text
    }
}

extension JSONB: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    /// **Source:** `jsonb_send` of PostgreSQL writes this before the text, and knows no other version.
    private static let version: UInt8 = 1

    public static var postgresType: PostgresType { .jsonb }
    public static var postgresArrayType: PostgresType { .jsonbArray }

    public func encode(into buffer: inout PostgresBuffer) {
        buffer.write(Self.version)
        buffer.write(text: text)
    }

    public init?(postgres cell: PostgresCell) {
        guard cell.type == .jsonb, let bytes = cell.bytes, bytes.first == Self.version else { return nil }
        text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    }
}

extension UUID: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .uuid }
    public static var postgresArrayType: PostgresType { .uuidArray }

    public func encode(into buffer: inout PostgresBuffer) {
        withUnsafeBytes(of: uuid) { buffer.write($0) }
    }

    public init?(postgres cell: PostgresCell) {
        guard cell.type == .uuid, let bytes = cell.bytes, bytes.count == 16 else { return nil }
        self.init(uuid: bytes.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }
}
