#!/usr/bin/env bash
# boot.sh [-m MEMORY] [-c CPUS] [-t SECONDS] OUT COMMAND [ARG…]
#
# Runs COMMAND as root of another kernel: the newest that the machine's own distribution packages
# (6.1 on Debian 12), with pure cgroup v2 and every controller, in a system emulator. COMMAND sees
# the machine's files through a copy-on-write overlay: nothing that it writes stays, except in OUT,
# which is /out there. It starts in /system.slice/tests.service, as systemd would have it, in the
# current folder; the machine has no network but its loopback.
#
# Exit status: that of COMMAND; 124 if it has not ended after SECONDS; 125 if the machine does not
# boot. Without hardware support (`vmx` or `svm` in /proc/cpuinfo, and /dev/kvm) the processor is
# emulated: 10 to 30 times slower, and timings mean nothing.
#
# Needs root, a package manager apt, and what it installs with it: qemu-system-x86, busybox-static,
# cpio, kmod. OL_VM_KERNEL names another kernel package than the metapackage linux-image-amd64.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
cache=$(readlink -f "$here/../..")/target/vm
memory=4G cpus=2 limit=3600
while getopts "m:c:t:" option; do
  case $option in
    m) memory=$OPTARG ;;
    c) cpus=$OPTARG ;;
    t) limit=$OPTARG ;;
    *) sed -n '2p' "$0" >&2 && exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -ge 2 ] || { sed -n '2p' "$0" >&2; exit 2; }
out=$(readlink -f "$1")
shift
PATH=$PATH:/usr/sbin:/sbin

install_tools() {
  local pair missing=()
  for pair in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static cpio:cpio depmod:kmod; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  [ ${#missing[@]} = 0 ] && [ -f "$cache/initrd.gz" ] && return
  command -v apt-get >/dev/null || {
    echo "boot.sh: needs ${missing[*]} and a kernel package, and installs them by apt only" >&2
    exit 125
  }
  apt-get update -qq
  [ ${#missing[@]} = 0 ] || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    -o DPkg::Lock::Timeout=300 --no-install-recommends "${missing[@]}" >/dev/null
}

# $cache/kernel: the unpacked package. It is not installed: the machine keeps the one that it has.
fetch_kernel() {
  [ -f "$cache/kernel/.whole" ] && return
  local package=${OL_VM_KERNEL:-}
  if [ -z "$package" ]; then
    package=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)/\1/p' | head -n 1)
  fi
  [ -n "$package" ] || { echo "boot.sh: there is no kernel package; set OL_VM_KERNEL" >&2; exit 125; }
  rm -rf "$cache/kernel" "$cache/initrd.gz" && mkdir -p "$cache/kernel"
  (cd "$cache" && apt-get download -qq "$package" 2>/dev/null)
  dpkg -x "$cache/$package"_*.deb "$cache/kernel"
  rm "$cache/$package"_*.deb
  [ -d "$cache/kernel/lib" ] || ln -s usr/lib "$cache/kernel/lib"
  depmod -b "$cache/kernel" "$(ls "$cache/kernel/lib/modules")"
  touch "$cache/kernel/.whole"
}

# What is needed until the machine's own files are there; the other modules are found among them.
make_initrd() {
  [ "$cache/initrd.gz" -nt "$here/init.sh" ] && [ "$cache/initrd.gz" -nt "$0" ] && return
  local root modules version module file
  root=$(mktemp -d)
  version=$(ls "$cache/kernel/lib/modules") modules=$cache/kernel/lib/modules/$(ls "$cache/kernel/lib/modules")
  mkdir -p "$root"/{bin,proc,sys,dev,host,upper,new} "$root/lib/modules/$version"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for file in sh mount mkdir modprobe chroot ln cat switch_root; do ln -s busybox "$root/bin/$file"; done
  cp "$modules"/modules.{dep,alias,symbols,builtin,order,softdep} "$root/lib/modules/$version/"
  for module in virtio_pci virtio-rng 9pnet_virtio 9p overlay; do
    for file in $(grep -E "/$module\.ko(\.[a-z]+)?:" "$modules/modules.dep" | tr -d ':'); do
      mkdir -p "$root/lib/modules/$version/$(dirname "$file")"
      cp "$modules/$file" "$root/lib/modules/$version/$file"
    done
  done
  cp "$here/init.sh" "$root/init"
  chmod +x "$root/init"
  (cd "$root" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$cache/initrd.gz"
  rm -rf "$root"
}

[ "$(id -u)" = 0 ] || { echo "boot.sh: needs root, to let the machine's files be read" >&2; exit 125; }
mkdir -p "$cache" "$out"
install_tools
fetch_kernel
make_initrd

processor=(-accel tcg,thread=multi,tb-size=1024 -cpu max,la57=off)
if grep -qwE 'vmx|svm' /proc/cpuinfo && [ -w /dev/kvm ]; then processor=(-accel kvm -cpu host); fi
accelerated=${processor[1]%%,*}
{
  echo "OL_VM_ACCELERATOR=$accelerated; export OL_VM_ACCELERATOR"
  printf 'cd %q\n' "$PWD"
  printf '%q ' "$@"
  echo
} >"$out/.command"
echo "$cache/kernel/lib/modules" >"$out/.modules"
rm -f "$out/.status" "$out/.booted"

timeout --foreground "$limit" qemu-system-x86_64 -M q35,hpet=off "${processor[@]}" -smp "$cpus" -m "$memory" \
  -nodefaults -display none -serial stdio -no-reboot -device virtio-rng-pci \
  -kernel "$cache"/kernel/boot/vmlinuz-* -initrd "$cache/initrd.gz" \
  -append "console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off nowatchdog no_timer_check tsc=reliable clocksource=tsc" \
  -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
  -virtfs "local,path=$out,mount_tag=out,security_model=none" </dev/null || true

status=125
if [ -f "$out/.status" ]; then
  status=$(cat "$out/.status")
elif [ -f "$out/.booted" ]; then
  status=124
fi
rm -f "$out/.command" "$out/.modules" "$out/.status" "$out/.booted"
exit "$status"
