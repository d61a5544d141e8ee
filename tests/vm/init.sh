#!/bin/sh
# init.sh: the first process of the machine that boot.sh starts. Makes it look as the one outside,
# but for the kernel, and runs /out/.command.
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in virtio_pci virtio-rng 9pnet_virtio 9p overlay; do modprobe $module; done

mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose host /host
mount -t tmpfs -o size=75% upper /upper
mkdir /upper/files /upper/work
mount -t overlay -o lowerdir=/host,upperdir=/upper/files,workdir=/upper/work overlay /new

mount -t proc proc /new/proc
mount -t sysfs sys /new/sys
mount -t cgroup2 cgroup2 /new/sys/fs/cgroup
mount -t devtmpfs dev /new/dev
mkdir -p /new/dev/pts /new/dev/shm /new/out /new/lib/modules
mount -t devpts devpts /new/dev/pts
mount -t tmpfs shm /new/dev/shm
mount -t tmpfs -o mode=1777 tmp /new/tmp
mount -t tmpfs -o mode=755 run /new/run
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 out /new/out
for link in fd: stdin:/0 stdout:/1 stderr:/2; do
  ln -s "/proc/self/fd${link#*:}" "/new/dev/${link%%:*}"
done
read -r modules </new/out/.modules
mount -o bind "/new$modules" /new/lib/modules

cat >/new/run/start <<'START'
export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
hostname vm
ip link set lo up 2>/dev/null || busybox ip link set lo up
cd /sys/fs/cgroup
for controllers in cpu cpuset io memory pids; do echo "+$controllers" >cgroup.subtree_control; done
mkdir -p system.slice/tests.service
echo "+cpu +memory +pids" >system.slice/cgroup.subtree_control
: >/out/.booted
sh -c 'echo 0 >/sys/fs/cgroup/system.slice/tests.service/cgroup.procs; exec sh /out/.command'
echo $? >/out/.status
sync
echo o >/proc/sysrq-trigger
while :; do :; done # until it is off; no program can be read any more
START
exec switch_root /new /bin/sh /run/start
