need "Node.js (18 or later) with npm" "npm --version && node -e 'process.exit(Number(parseInt(process.versions.node) < 18))'" nodejs npm
need "a C compiler" "links cc c stdlib.h" gcc libc6-dev

# What npm brings, once: the headers, and what checks the declarations.
node=$OUT/node
[ -e "$node/node_modules/typescript" ] || npm install --prefix "$node" --cache "$OUT/npm" --ignore-scripts --no-audit --no-fund --silent \
    node-api-headers@1.9.0 typescript@5.6.3 @types/node@20.17.0
NODE_API_HEADERS=$node/node_modules/node-api-headers/include sh bindings/node/build.sh
ln -sfn "$ROOT/bindings/node" "$node/node_modules/chexiao"

passes "node: the declarations" "$node/node_modules/.bin/tsc" --noEmit --strict --target es2022 --module commonjs \
    --typeRoots "$node/node_modules/@types" --types node bindings/node/test/types.ts
passes "node: tests" node --test --test-reporter=tap bindings/node/test/client.test.js
tables node node bindings/node/test/asks.js
example node node js "$node/example.js" node "$node/example.js" "$OUT/sandbox/wechat.json"
hears node node js "$node/server.js" node "$node/server.js"

# The third gives money back, which wants a certificate, and asks by a call.
node -e 'const fs = require("fs"), [folder] = process.argv.slice(1), config = JSON.parse(fs.readFileSync(`${folder}/wechat.json`))
config.client_certificate = { file: `${folder}/apiclient_cert.p12`, password: config.account.mch_id }
fs.writeFileSync(`${folder}/refunds.json`, JSON.stringify(config))' "$OUT/sandbox"
for page in README.md README.zh-CN.md; do
    block "bindings/node/$page" js 3 >"$node/refund.js"
    says "node: the refund of $page" 'refunded, next: reconcile SUCCESS' node "$node/refund.js" "$OUT/sandbox/refunds.json" "PAID$RANDOM$RANDOM"
done
