/// What is left of the work that templates may make, for one message and for all of a request.
///
/// A template cannot run for ever, but a section in a section over a long list can run for long, and what it prints is
/// stored.
public struct RenderBudget: Sendable {
    /// What one message may have.
    public static let messageBytes = 256 << 10
    public static let messageTurns = 10_000
    public static let messageSteps = 1_000_000
    /// What all messages of a request may take together: a fraction of a second.
    public static let requestSteps = 20_000_000
    /// Partials within partials, and layouts around layouts.
    public static let depth = 8
    /// What a JSON value costs beside its text: an empty one also has quotes and a comma, and a place in memory.
    static let valueBytes = 4

    private var bytes = 0
    private var turns = 0
    private var steps = 0
    private var bytesOfAll: Int
    private var stepsOfAll = requestSteps
    private let requestBytes: Int

    /// - Parameter requestBytes: that all messages may have together.
    public init(requestBytes: Int) {
        self.requestBytes = requestBytes
        bytesOfAll = requestBytes
    }

    /// Whether a message was not rendered because of what those before it had: with fewer it would be.
    public var isSpent: Bool { bytesOfAll < 0 || stepsOfAll < 0 }

    /// From here on it is another message.
    public mutating func startMessage() {
        (bytes, turns, steps) = (RenderBudget.messageBytes, RenderBudget.messageTurns, RenderBudget.messageSteps)
    }

    mutating func spend(bytes count: Int) throws(RenderLimit) {
        bytes -= count
        bytesOfAll -= count
        if bytes < 0 { throw .bytes(RenderBudget.messageBytes) }
        if bytesOfAll < 0 { throw .bytesOfAll(requestBytes) }
    }

    /// Of a text that is put into another, which is paid for as a whole.
    mutating func giveBack(bytes count: Int) {
        bytes += count
        bytesOfAll += count
    }

    mutating func spendTurn() throws(RenderLimit) {
        turns -= 1
        if turns < 0 { throw .turns }
    }

    /// A step is a part of a template, a JSON value, or a member that is looked at to find one by its name.
    mutating func spend(steps count: Int) throws(RenderLimit) {
        steps -= count
        stepsOfAll -= count
        if steps < 0 { throw .steps(RenderBudget.messageSteps) }
        if stepsOfAll < 0 { throw .stepsOfAll }
    }
}

/// Why a message was not rendered to its end.
enum RenderLimit: Error {
    case bytes(Int), bytesOfAll(Int), turns, steps(Int), stepsOfAll, depth
    /// More is wrong with it than anybody reads.
    case problems

    /// To be read after the template's name.
    var message: String {
        switch self {
        case .bytes(let limit): "renders to more than \(limit) bytes for one recipient"
        case .bytesOfAll(let limit): "renders to more than \(limit) bytes for all recipients"
        case .turns: "takes more than \(RenderBudget.messageTurns) turns of its sections"
        case .steps(let limit): "takes more than \(limit) steps for one recipient"
        case .stepsOfAll: "takes more than \(RenderBudget.requestSteps) steps for all recipients"
        case .depth: "has partials or layouts more than \(RenderBudget.depth) deep"
        case .problems: "cannot be rendered"
        }
    }
}
