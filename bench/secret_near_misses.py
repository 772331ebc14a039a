"""What looks like a secret and is none: lines of clean code, configuration and talk. Read by `bench.secrets`.

`<h40>` and the like are drawn anew for each copy, as in `secret_vendors`.
"""

from __future__ import annotations

NEAR_MISSES = """
commit <h40>
Merge <h7> into <h7>
index <h7>..<h7> 100644
git checkout <h40>
FROM python:3.12@sha256:<h64>
image: registry.example.com/app@sha256:<h64>
sha256:<h64>
<h64>  archive.tar.gz
"integrity": "sha512-<b86>==",
"resolved": "https://registry.example.com/lodash/-/lodash-4.17.21.tgz#<h40>",
    --hash=sha256:<h64> \\
checksum = "<h64>"
etag: "<h32>"
ETag: W/"<h27>"
request_id=<h8>-<h4>-4<h3>-a<h3>-<h12>
"id": "<h8>-<h4>-4<h3>-a<h3>-<h12>",
user_id: <h24>
trace_id=<h32> span_id=<h16>
traceparent: 00-<h32>-<h16>-01
<img src="data:image/png;base64,iVBORw0KGgo<b200>">
src: url(data:font/woff2;base64,<b160>) format("woff2");
color: #<h6>; background: #<h8>;
const MASK = 0x<h16>;
uint64_t seed = 0x<h16>ULL;
#define MAGIC 0x<h8>
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ<b300> anna@laptop
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI<b43> anna@laptop
-----BEGIN PUBLIC KEY-----
-----BEGIN CERTIFICATE-----
MIID<b60>
SHA256:<b43> anna@laptop (ED25519)
public_key = "<b43>="
fingerprint: <h2>:<h2>:<h2>:<h2>:<h2>:<h2>:<h2>:<h2>
API_KEY=your-api-key
API_KEY=your_api_key_here
api_key: <token>
api_key = "<YOUR_API_KEY>"
OPENAI_API_KEY=sk-...
OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxx
export GITHUB_TOKEN=${GITHUB_TOKEN}
token: ${{ secrets.GITHUB_TOKEN }}
password: {{ .Values.db.password }}
password: {{ lookup('env', 'DB_PASSWORD') }}
password = var.db_password
secret_key = local.secrets["key"]
password: !vault |
password: ENC[AES256_GCM,data:xxxx]
const token = process.env.API_TOKEN;
const apiKey = import.meta.env.VITE_API_KEY
api_key = os.getenv("API_KEY")
api_key=os.environ["API_KEY"],
apiKey: config.get('apiKey'),
password = getpass.getpass("Password: ")
token = await getAccessToken()
token = request.headers.get("X-Token", "")
String password = scanner.nextLine();
password := r.FormValue("password")
let token = localStorage.getItem('token')
this.token = token;
self.password = password
user.password = hash_password(password)
if password != confirm_password:
def login(self, username: str, password: str) -> Token:
password: string;
password?: string | null;
token: Optional[str] = None
access_token: str
private String password;
public string Password { get; set; }
password VARCHAR(255) NOT NULL,
token TEXT PRIMARY KEY,
<input type="password" name="password" placeholder="Password">
<label for="password">Password</label>
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
PASSWORD_MIN_LENGTH = 12
TOKEN_EXPIRY_SECONDS = 3600
token_url = "https://auth.example.com/oauth/token"
MAX_TOKENS=4096
max_tokens: 2048
"completion_tokens": 1583, "prompt_tokens": 12044
tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
for token in doc: print(token.text, token.pos_)
cache_key = f"user:{user_id}:profile"
cache_key: "node-modules-v2-{{ checksum \\"package-lock.json\\" }}"
key: ${{ runner.os }}-pip-${{ hashFiles('**/requirements.txt') }}
sort(key=lambda item: item[1])
primary_key=True
FOREIGN KEY (user_id) REFERENCES users(id)
key = "ArrowLeft"
if event.key === "Escape":
map.put("key1", "value1");
{"key": "theme.color.primary", "value": "blue"}
"keyword": "classification",
keyboardShortcut: "ctrl+shift+p"
<li key={item.id}>
hotkey = 'cmd+k'
partition_key: customer_id
idempotency_key=<h8>-<h4>-4<h3>-a<h3>-<h12>
"sitekey": "publishable"
secretName: my-app-tls
secretKeyRef:
    key: database-url
secret: my-secret
the secret to good bread is patience
The password must contain at least 8 characters, one digit and one symbol.
Please enter your password.
Forgot your password? Click here to reset it.
password: changeme
password: ********
The token bucket algorithm refills at 10/s
API key rotation happens every 90 days
Your API key is invalid or has expired.
See the key management section.
Press any key to continue
What is the key difference between TCP and UDP?
The PIN diode conducts at 0.7 V
pin 13 is the LED
GPIO pin: 17
Status code: 404
error code 500
zip code is 10115
postal code: 75001
The HTTP status code is 200.
area code 212
exit code is 137
version = "2024.11.3+<h7>"
build: <h40>
session.commit()
session = requests.Session()
"session": "closed",
cookie consent banner
className="btn btn-primary px-4 py-2"
!function(e,t){"object"==typeof exports&&"undefined"!=typeof module?t(exports):t((e=e||self).r={})}(this,function(e){});
var a=function(t){return t.key&&t.token?t.key:null},b=a({key:"x",token:1});
sk-learn and sk-image are both maintained
sk_buff *skb = alloc_skb(len, GFP_KERNEL);
AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
glpat-xxxxxxxxxxxxxxxxxxxx
ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
postgres://user:password@localhost:5432/db
postgres://${DB_USER}:${DB_PASS}@localhost/db
mysql://root:<password>@127.0.0.1
https://example.com:8080/path@v2
redis://localhost:6379/0
mongodb://localhost:27017/test
amqp://guest:guest@localhost:5672/
mysql -u root -p
mysql --port 3306 --protocol tcp
ssh -p 2222 deploy@host.example.com
docker run -p 8080:80 nginx
curl -u "$USER:$TOKEN" https://api.example.com
curl -H "Authorization: Bearer $TOKEN" https://api.example.com
curl -H "x-api-key: $KEY" https://api.example.com
Authorization: Bearer <token>
Authorization: Basic <credentials>
mkdir -p src/main/java
cp -a /var/lib/app /backup
kubectl get secret db-credentials -o yaml
kind: SecretProviderClass
bcrypt.hashpw(password.encode(), bcrypt.gensalt(12))
assert response.json()["token_type"] == "bearer"
grant_type=password
response_type=token
auth: none
auth = HTTPBasicAuth(user, pwd)
test_id = "btn-submit-login-form-v2"
data-testid="checkout-submit-button-42"
arn:aws:iam::123456789012:role/service-role/lambda-basic
projects/acme-prod/locations/eu/keyRings/main/cryptoKeys/disk
E2E_TEST_RUN_20240511T081244Z
base64.b64encode(hashlib.sha256(data).digest())
ALGORITHM = "HS256"
cipher = "aes-256-gcm"
model = "claude-3-5-sonnet-20241022"
model: gpt-4o-2024-08-06
Llama-3.1-70B-Instruct-AWQ-INT4
"_csrf_token_name": "csrf",
i18n key `errors.validation.password_too_short`
const KEYS = ['Tab', 'Enter', 'Space'];
the answer key is on page 42
Schlüssel: siehe Handbuch
Der Code ist sauber und gut getestet.
le code est simple : une boucle et un compteur
la clave es practicar todos los días
la chiave del successo è la pazienza
de code is 200 regels lang
"""
