//! Just enough of the WebDriver protocol to drive Chromium: a page, its fields, its buttons, a picture.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A browser that ends with its test.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Browser {
    pub fn start(width: u32, height: u32) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the browser tests need `chromedriver`: run `cargo xtask test`, or apt-get install chromium chromium-driver");
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Self { driver, port, session: String::new(), _profile: profile };
        browser.wait_for_driver();
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            &format!("--user-data-dir={}", browser._profile.path().display()),
            &format!("--window-size={width},{height}"),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {
            "args": arguments,
            "mobileEmulation": if width < 500 { json!({"deviceMetrics": {"width": width, "height": height, "pixelRatio": 2.0, "touch": true}}) } else { Value::Null },
        }}}});
        let mut wanted = wanted;
        let options = &mut wanted["capabilities"]["alwaysMatch"]["goog:chromeOptions"];
        if options["mobileEmulation"].is_null() {
            options.as_object_mut().unwrap().remove("mobileEmulation");
        }
        let answer = browser.call("POST", "/session", Some(wanted));
        browser.session = answer["sessionId"].as_str().expect("chromedriver gives a session").to_owned();
        browser
    }

    fn wait_for_driver(&self) {
        let patience = Instant::now() + Duration::from_secs(20);
        while Instant::now() < patience {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("chromedriver did not answer");
    }

    /// One exchange; panics with what the driver said when it is an error.
    fn call(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, value) = self.try_call(method, path, body);
        assert!(status == 200, "{method} {path}: {value}");
        value
    }

    fn try_call(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let (status, text) = read_response(&mut stream);
        let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        (status, answer["value"].clone())
    }

    fn on_session(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        self.call(method, &format!("/session/{}{path}", self.session), body)
    }

    pub fn go(&self, address: &str) {
        self.on_session("POST", "/url", Some(json!({"url": address})));
    }

    pub fn address(&self) -> String {
        self.on_session("GET", "/url", None).as_str().unwrap_or_default().to_owned()
    }

    pub fn title(&self) -> String {
        self.on_session("GET", "/title", None).as_str().unwrap_or_default().to_owned()
    }

    /// The whole text that a reader sees.
    pub fn text(&self) -> String {
        self.run("return document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    pub fn run(&self, script: &str) -> Value {
        self.on_session("POST", "/execute/sync", Some(json!({"script": script, "args": []})))
    }

    fn find(&self, css: &str) -> Option<String> {
        let path = format!("/session/{}/elements", self.session);
        let found = self.call("POST", &path, Some(json!({"using": "css selector", "value": css})));
        found.get(0).and_then(|element| element[ELEMENT].as_str().map(String::from))
    }

    fn element(&self, css: &str) -> String {
        self.find(css).unwrap_or_else(|| panic!("no `{css}` on {}:\n{}", self.address(), self.text()))
    }

    pub fn has(&self, css: &str) -> bool {
        self.find(css).is_some()
    }

    /// Clicks as a person does, and waits for the page that follows, if one does.
    pub fn click(&self, css: &str) {
        let element = self.element(css);
        self.run("window.__before = true");
        self.on_session("POST", &format!("/element/{element}/click"), Some(json!({})));
        let patience = Instant::now() + Duration::from_secs(10);
        while Instant::now() < patience {
            let arrived =
                self.run("return window.__before === undefined && document.readyState === 'complete'");
            if arrived == Value::Bool(true) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("nothing followed the click on `{css}` at {}:\n{}", self.address(), self.text());
    }

    /// Types `text` into a field, in place of what is there.
    pub fn fill(&self, css: &str, text: &str) {
        let element = self.element(css);
        self.on_session("POST", &format!("/element/{element}/clear"), Some(json!({})));
        self.on_session("POST", &format!("/element/{element}/value"), Some(json!({"text": text})));
    }

    /// PNG bytes of the window.
    pub fn picture(&self) -> Vec<u8> {
        let text = self.on_session("GET", "/screenshot", None).as_str().unwrap_or_default().to_owned();
        from_base64(&text)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.try_call("DELETE", &format!("/session/{}", self.session), None);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn read_response(stream: &mut TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    let mut buffer = [0u8; 16 * 1024];
    loop {
        if let Some(whole) = whole_response(&bytes) {
            return whole;
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return whole_response(&bytes).unwrap_or((0, String::new())),
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

/// Status and body, once all of the body is there.
fn whole_response(bytes: &[u8]) -> Option<(u16, String)> {
    let head_end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_ascii_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length:"))?.trim().parse::<usize>().ok()?;
    let body = &bytes[head_end + 4..];
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    (body.len() >= length).then(|| (status, String::from_utf8_lossy(&body[..length]).into_owned()))
}

fn from_base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.bytes().filter_map(|byte| LETTERS.iter().position(|&letter| letter == byte));
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for digit in digits {
        bits = (bits << 6) | digit as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
