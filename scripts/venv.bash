# For sourcing, after need.bash: a private virtual environment, made again when its requirements change.

venv() { # folder, file of pinned requirements, and the python to make it with (python3)
    local folder=$1 requirements=$2 python=${3:-python3}
    local stamp
    stamp=$folder/$(sha256sum "$requirements" | cut -c1-16)
    [ ! -e "$stamp" ] || return 0
    rm -rf "$folder"
    need "$python with venv" "$python -c 'import ensurepip, venv'" python3 python3-venv
    "$python" -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
    touch "$stamp"
}
