/// Where values are written in Postgres' binary format, big-endian, one after the other.
public struct PostgresBuffer: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Set once a value cannot be said in Postgres; the query is then refused before anything is sent.
    private(set) var refusal: String?
    private var isNull = false

    init() {}

    public mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    public mutating func write(_ raw: some Sequence<UInt8>) {
        bytes.append(contentsOf: raw)
    }

    /// Text as UTF-8. Postgres cannot store U+0000, so text that holds one is refused.
    public mutating func write(text: String) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        if bytes[start...].contains(0) { refuse("text holds a NUL character") }
    }

    /// Says that the value being encoded is NULL.
    public mutating func writeNull() {
        isNull = true
    }

    /// Makes the query that holds this value fail with ``PostgresError/invalidArgument(_:)``.
    ///
    /// - Parameter reason: safe to show, so without the value.
    public mutating func refuse(_ reason: String) {
        refusal = reason
    }

    /// Writes a value behind its length in four bytes, -1 standing for NULL.
    mutating func writeField(_ value: some PostgresEncodable) {
        let start = bytes.count
        write(Int32(0))
        isNull = false
        value.encode(into: &self)
        let length = isNull ? -1 : Int32(bytes.count - start - 4)
        isNull = false
        withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
    }
}
