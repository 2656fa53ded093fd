import HTTPTypes
import Hummingbird

/// What whoever follows a link to unsubscribe sees. There is nothing in it of whom it is about, and nothing to load.
enum UnsubscribePage {
    case question, confirmation

    var response: Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .contentSecurityPolicy:
                    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                .xContentTypeOptions: "nosniff",
                // The address of the page is what unsubscribes, so it is kept by nobody and told to nobody.
                .cacheControl: "no-store", .referrerPolicy: "no-referrer",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    private var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Unsubscribe</title>
        </head>
        <body>
        \(content)
        </body>
        </html>

        """
    }

    /// The button sends what mail clients send, to where the page came from.
    private var content: String {
        switch self {
        case .question:
            """
            <h1>Unsubscribe</h1>
            <p>Press the button to get no more advertising at this e-mail address.</p>
            <form method="post"><button name="List-Unsubscribe" value="One-Click">Unsubscribe</button></form>
            """
        case .confirmation:
            """
            <h1>You are unsubscribed</h1>
            <p>You will get no more advertising at this e-mail address. It may take a moment until what is on its way
            has come.</p>
            """
        }
    }
}
