"""The ports on AWS and on WeCom's HTTP; foreign errors become ours here and nowhere else."""
