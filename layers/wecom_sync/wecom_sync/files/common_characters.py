"""Common Chinese characters. A text without them was probably read in a wrong encoding.

Surnames: the hundred most common (Ministry of Public Security, 2020). The others are frequent in
given names, titles and names of departments.
"""

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔向汤欧阳"
)
FREQUENT = SURNAMES | frozenset(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英玉兰红建国华文辉鹏飞宇浩然子涵梓轩雨欣怡思雅"
    "婷雪慧佳琪俊峰波斌志海燕晓东春梅萍玲凤琴淑珍云莲真环荣爱妹香月莺媛瑞凡嘉琼勤珠贵叶璧璐娅琦"
    "晶妍茜秋珊莎锦黛青倩婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪"
    "澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晨宏立新永健世广义兴良山仁宝德民安全昌顺信友裕"
    "河哲天达贤利元振学祥才发成康星光有坚和彪博诚先敬震壮会思群豪心邦承乐绍功松善厚庆民进富友"
    "男女总部公司集团研开产品技术工程师经理主管监督销售市场营运行政人力资源财务会计法务采购生制造质量"
    "测试前后端数据客户服支持助专员组中心室科长副董事秘书设与项目管办事处分店区厂车间班库仓物流电商"
    "业务大小一二三四五六七八九十第北京上海广州深圳省市路号街道县综合外内教培训实习保洁司机出纳架构"
)
