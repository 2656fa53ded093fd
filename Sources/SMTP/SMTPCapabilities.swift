/// What a server can do, as its answer to EHLO says.
///
/// **Source:** RFC 5321 §4.1.1.1 and the extensions' own: 1870 (SIZE), 2920, 3207, 4954, 6152, 6531.
struct SMTPCapabilities: Sendable, Hashable {
    var pipelining = false
    var startTLS = false
    var eightBit = false
    var international = false
    var takesSize = false
    /// The largest message in bytes; nil when there is no fixed limit.
    var maximumSize: Int?
    var mechanisms: Set<String> = []

    init() {}

    /// The first line is the server's name; names of extensions are in any case.
    init(hello reply: SMTPReply) {
        for line in reply.lines.dropFirst() {
            // Some servers still write `AUTH=LOGIN`.
            let words = line.uppercased().split { $0 == " " || $0 == "=" }
            switch words.first {
            case "PIPELINING": pipelining = true
            case "STARTTLS": startTLS = true
            case "8BITMIME": eightBit = true
            case "SMTPUTF8": international = true
            case "SIZE":
                takesSize = true
                maximumSize = words.dropFirst().first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
            case "AUTH": mechanisms.formUnion(words.dropFirst().map(String.init))
            default: break
            }
        }
    }
}
