#!/bin/sh
# throwaway.sh FOLDER… -- COMMAND [ARG…]
#
# Runs COMMAND as root of a machine that can be thrown away, because attacks that are let succeed
# unmount, write and kill. It has mount, pid, network, ipc and uts namespaces of its own. Its root
# is an overlay: the host's root below, unchanged, and a tmpfs above that takes every write. It has
# five device nodes, its own /proc, no /sys, no control groups but those that COMMAND mounts, and no
# loopback that is up. Of the host's other mounts it sees /usr and each FOLDER, read-only.
# When COMMAND ends, everything in it is killed and the tmpfs is gone. Needs root and util-linux.
set -eu

if [ "${1-}" != inside ]; then
    exec unshare --mount --pid --net --ipc --uts --fork --kill-child -- "$0" inside "$@"
fi
shift

place=/mnt
root=$place/root
mount --make-rprivate /
mount -t tmpfs -o size=256m,mode=755 throwaway $place
mkdir $place/upper $place/work $root
mount -t overlay -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" throwaway $root

show() { # show FOLDER: there too if it lies on another mount than the root; read-only
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    mount -o remount,bind,ro "$root$1"
}
show /usr
while [ "$1" != -- ]; do
    show "$1"
    shift
done
shift

mount -t tmpfs -o size=1m,mode=755 dev $root/dev
for device in null zero full random urandom; do
    : >$root/dev/$device
    mount --bind /dev/$device $root/dev/$device
done
mount -t tmpfs -o size=1m,mode=755 sys $root/sys
mount -t proc proc $root/proc

cd $root
pivot_root . .
umount -l .
cd /
exec "$@"
