#!/bin/sh
# Makes docker/secrets/ for docker-compose.prod.yml: what is missing, once; it never writes over a file.
# Run as root (sudo sh docker/make-secrets.sh [HOST NAME]), so that each file can be given to the one user who reads it.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
secrets=$here/secrets
name=${1:-localhost}
mkdir -p "$secrets"

random() { openssl rand -hex 32; }

# give FILE USER: to the container's user that reads it, and to nobody else
give() {
  chmod 0400 "$secrets/$1"
  if [ "$(id -u)" = 0 ]; then chown "$2:$2" "$secrets/$1"; fi
}

# keep FILE USER: standard input, unless the file is there
keep() {
  if [ -e "$secrets/$1" ]; then cat >/dev/null; else cat >"$secrets/$1"; give "$1" "$2"; fi
}

for file in jwt_secret state_secret; do random | keep "$file" 10002; done

if [ ! -e "$secrets/redis_users" ]; then
  keys_password=$(random) web_password=$(random)
  hash() { printf %s "$1" | sha256sum | cut -d' ' -f1; }
  sed -e "/^user ks /s/#0\{64\}/#$(hash "$keys_password")/" -e "/^user ws /s/#0\{64\}/#$(hash "$web_password")/" \
    "$here/redis-users.acl" | keep redis_users 999
  rm -f "$secrets/ks_redis_url" "$secrets/ws_redis_url"
  echo "redis://ks:$keys_password@redis:6379/0" | keep ks_redis_url 10001
  echo "redis://ws:$web_password@redis:6379/0" | keep ws_redis_url 10002
fi

authority() {
  [ -e "$secrets/vault_ca_key" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
    -subj "/CN=llmvpn" -addext "keyUsage=critical,keyCertSign" \
    -keyout "$secrets/vault_ca_key" -out "$secrets/vault_ca" 2>/dev/null
  chmod 0444 "$secrets/vault_ca" # the key server and Vault both read it; it is no secret
}
# certificate FILE KEY USER NAMES: signed by the authority of this folder
certificate() {
  if [ -e "$secrets/$1" ]; then return; fi
  authority
  first=${4%%,*}
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=${first#DNS:}" \
    -keyout "$secrets/$2" -out "$secrets/$1.csr" 2>/dev/null
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$4" >"$secrets/$1.ext"
  openssl x509 -req -in "$secrets/$1.csr" -CA "$secrets/vault_ca" -CAkey "$secrets/vault_ca_key" -CAcreateserial \
    -days 825 -extfile "$secrets/$1.ext" -out "$secrets/$1" 2>/dev/null
  rm -f "$secrets/$1.csr" "$secrets/$1.ext" "$secrets/vault_ca.srl"
  give "$1" "$3"
  give "$2" "$3"
}

certificate vault_certificate vault_key 100 "DNS:vault,DNS:localhost,IP:127.0.0.1"
certificate tls_certificate tls_key 101 "DNS:$name" # for trying it out: put your own pair in its place

echo "$secrets holds:"
ls -l "$secrets"
for file in vault_role_id vault_secret_id; do
  [ -e "$secrets/$file" ] || echo "Missing: $file, an AppRole of your Vault; docker/README.md says how."
done
